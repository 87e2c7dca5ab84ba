using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Queue;

/// <summary>Logins that were given for one pull alone and have served.</summary>
internal static class SpentCredentials
{
    public static Task DeleteAsync(InsightDbContext db, CancellationToken cancellationToken) =>
        db.Credentials
            .Where(c => c.Name == null && !db.Analyses.Any(a =>
                a.Origin.CredentialId == c.Id && (a.State == AnalysisState.Queued || a.State == AnalysisState.Running)))
            .ExecuteDeleteAsync(cancellationToken);
}
