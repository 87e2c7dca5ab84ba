namespace ImageInsight.Data.Stores;

/// <summary>Which spooled files are still needed, and which may be dropped.</summary>
public sealed class SpoolStore
{
    /// <summary>Names of all spool files that some upload row still refers to and has not dropped.</summary>
    public Task<IReadOnlyList<string>> KeptAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// Marks uploads as dropped whose analyses have all ended and that are older than <paramref name="keep"/>, and the
    /// oldest ended ones while the kept bytes exceed <paramref name="budgetBytes"/>; returns their file names for deletion.
    /// Uploads without any analysis are removed, their files named too.
    /// </summary>
    public Task<IReadOnlyList<string>> DropAsync(TimeSpan keep, long budgetBytes, CancellationToken cancellationToken) => throw new NotImplementedException();
}
