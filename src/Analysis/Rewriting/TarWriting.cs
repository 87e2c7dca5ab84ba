using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ImageInsight.Analysis.Layers.Tar;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>Writes an archive of regular files to a stream that cannot be sought in.</summary>
internal sealed class TarWriting(Stream target)
{
    public const string BlobFolder = "blobs/sha256/";

    /// <summary>Twelve octal digits, one of them the NUL, end here.</summary>
    private const long MaxOctal = (1L << 33) - 1;

    public async Task HeaderAsync(string name, long length, CancellationToken cancellationToken)
    {
        var header = new byte[TarReader.BlockSize];
        Encoding.ASCII.GetBytes(name, header);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        if (length <= MaxOctal)
        {
            Encoding.ASCII.GetBytes(Convert.ToString(length, 8).PadLeft(11, '0'), header.AsSpan(124));
        }
        else
        {
            // GNU's base 256.
            header[124] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), length);
        }

        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        header[156] = (byte)'0';
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0", header.AsSpan(148));
        await target.WriteAsync(header, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask ContentAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        target.WriteAsync(content, cancellationToken);

    public ValueTask PadAsync(long length, CancellationToken cancellationToken) =>
        target.WriteAsync(
            new byte[(TarReader.BlockSize - (length % TarReader.BlockSize)) % TarReader.BlockSize], cancellationToken);

    public async Task FileAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        await HeaderAsync(name, content.Length, cancellationToken).ConfigureAwait(false);
        await ContentAsync(content, cancellationToken).ConfigureAwait(false);
        await PadAsync(content.Length, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Its digest.</returns>
    public async Task<string> BlobAsync(byte[] content, CancellationToken cancellationToken)
    {
        var hex = Convert.ToHexStringLower(SHA256.HashData(content));
        await FileAsync(BlobFolder + hex, content, cancellationToken).ConfigureAwait(false);
        return "sha256:" + hex;
    }

    public ValueTask EndAsync(CancellationToken cancellationToken) =>
        target.WriteAsync(new byte[2 * TarReader.BlockSize], cancellationToken);
}
