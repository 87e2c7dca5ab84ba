using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Arriving;

/// <summary>
/// A file that one writes and others read meanwhile: who reads waits for bytes that are not there yet, who writes never
/// waits for a reader.
/// </summary>
/// <remarks>
/// The writer's handle is read through, since locks keep others from opening the file; it may be taken away for a
/// while, between two requests that write to it.
/// </remarks>
public sealed class GrowingFile : IDisposable
{
    private readonly object gate = new();
    private SafeFileHandle? handle;
    private bool owned;
    private int reading;
    private long written;
    private bool ended;

    /// <summary>Bytes that can be read.</summary>
    public long Length
    {
        get
        {
            lock (gate)
                return written;
        }
    }

    /// <summary>What is written can be read through this handle, until <see cref="Detach"/>.</summary>
    public void Attach(SafeFileHandle writer)
    {
        lock (gate)
        {
            handle = writer;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>So many bytes are written now.</summary>
    public void Advance(long length)
    {
        lock (gate)
        {
            written = length;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>
    /// Before the writer closes its handle. Waits for a read that is under way, which is one of a few kilobytes.
    /// </summary>
    public void Detach()
    {
        lock (gate)
        {
            if (owned)
                return;
            handle = null;
            while (reading > 0)
                Monitor.Wait(gate);
        }
    }

    /// <summary>All of it is written, and what is attached stays so.</summary>
    public void Complete()
    {
        lock (gate)
        {
            ended = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>All of it is written, and lies there.</summary>
    public void Complete(string path)
    {
        lock (gate)
        {
            handle = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);
            owned = true;
            Complete();
        }
    }

    /// <summary>Wakes who waits, to look whether to stop.</summary>
    public void Wake()
    {
        lock (gate)
            Monitor.PulseAll(gate);
    }

    /// <summary>After the last read.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (owned)
                handle?.Dispose();
            handle = null;
            owned = false;
        }
    }

    /// <summary>At least one byte, but at the end of the file.</summary>
    /// <param name="cancellationToken">Ends the wait once somebody calls <see cref="Wake"/>.</param>
    internal int Read(Span<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        SafeFileHandle from;
        int count;
        lock (gate)
        {
            while (handle is null || (offset >= written && !ended))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(gate);
            }

            cancellationToken.ThrowIfCancellationRequested();
            count = (int)Math.Clamp(written - offset, 0, buffer.Length);
            from = handle;
            reading++;
        }

        try
        {
            return RandomAccess.Read(from, buffer[..count], offset);
        }
        finally
        {
            lock (gate)
            {
                reading--;
                Monitor.PulseAll(gate);
            }
        }
    }
}
