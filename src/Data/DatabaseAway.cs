using Npgsql;

namespace ImageInsight.Data;

/// <summary>
/// Tells that the connection to the database was lost or refused, as when it restarts, from all else that a statement
/// can come to: what then failed is nobody's fault and can be done once it is back.
/// </summary>
public static class DatabaseAway
{
    /// <summary>Entity Framework wraps what its provider throws.</summary>
    public static bool IsCauseOf(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            switch (error)
            {
                case PostgresException e:
                    return IsEndOfConnection(e.SqlState);
                case NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException }:
                    return true;
            }

        return false;
    }

    /// <summary>
    /// Class 08 (connection exception), and of 57P a shutdown, a crash and a start. Not class 53 (insufficient
    /// resources): a full disk stays full however often an image is read.
    /// https://www.postgresql.org/docs/18/errcodes-appendix.html
    /// </summary>
    private static bool IsEndOfConnection(string state) =>
        state.StartsWith("08", StringComparison.Ordinal)
        || state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow;
}
