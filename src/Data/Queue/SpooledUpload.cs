namespace ImageInsight.Data.Queue;

/// <param name="SpoolName">The file's name in the spool, made by the server.</param>
public sealed record SpooledUpload(string SpoolName, string Sha256, long Bytes);
