using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace ImageInsight.Web.Configuration;

/// <summary>
/// What arrives is read from its socket in pieces of this pool's blocks. Those of Kestrel's own pool have 4 kB, so that
/// an upload of gigabytes is a million reads of the socket.
/// </summary>
internal sealed class SocketBuffers : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockBytes = 64 << 10;

    /// <summary>A connection holds as many as it reads ahead, 1 MiB by default; those of few are kept.</summary>
    private const int MostKept = 64;

    private readonly ConcurrentQueue<byte[]> free = [];

    public override int MaxBufferSize => BlockBytes;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new SocketBuffers();

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        return new Lent(
            this, free.TryDequeue(out var kept) ? kept : GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true));
    }

    protected override void Dispose(bool disposing) => free.Clear();

    private sealed class Lent(SocketBuffers pool, byte[] block) : IMemoryOwner<byte>
    {
        private byte[]? block = block;

        public Memory<byte> Memory => block;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref block, null) is { } back && pool.free.Count < MostKept)
                pool.free.Enqueue(back);
        }
    }
}
