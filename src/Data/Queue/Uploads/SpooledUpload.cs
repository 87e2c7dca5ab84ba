namespace ImageInsight.Data.Queue.Uploads;

/// <summary>An upload that is whole.</summary>
/// <param name="SpoolName">The file's name in the spool, made by the server.</param>
public sealed record SpooledUpload(string SpoolName, long Bytes);
