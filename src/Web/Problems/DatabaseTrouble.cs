using Microsoft.Data.Sqlite;
using Npgsql;

namespace ImageInsight.Web.Problems;

/// <summary>Tells a database that is away for a while from a statement that it refuses.</summary>
internal static class DatabaseTrouble
{
    private const int SqliteBusy = 5; // SQLITE_BUSY
    private const int SqliteLocked = 6; // SQLITE_LOCKED
    private const int SqliteCannotOpen = 14; // SQLITE_CANTOPEN

    /// <summary>Entity Framework wraps what its provider throws.</summary>
    public static bool IsUnavailable(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            switch (error)
            {
                case PostgresException e:
                    return IsConnectionState(e.SqlState);
                case NpgsqlException e:
                    return e.IsTransient || e.InnerException is IOException or System.Net.Sockets.SocketException;
                case SqliteException e:
                    return e.SqliteErrorCode is SqliteBusy or SqliteLocked or SqliteCannotOpen;
            }

        return false;
    }

    /// <summary>
    /// Classes 08 (connection exception), 53 (insufficient resources) and 57P (operator intervention: a shutdown, a
    /// crash, a start).
    /// https://www.postgresql.org/docs/18/errcodes-appendix.html
    /// </summary>
    private static bool IsConnectionState(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57P", StringComparison.Ordinal);
}
