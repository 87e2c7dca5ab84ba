using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageInsight.Data.Layers;

/// <summary>The pieces of packed values in and out of the database, one at a time.</summary>
/// <param name="Table">With its column of the owner: both are constants of this program.</param>
internal sealed record PieceStore(string Table, string Owner)
{
    public static readonly PieceStore Entries = new("layer_pieces", "layer_id");

    public static readonly PieceStore Captures = new("capture_pieces", "layer_id");

    public static readonly PieceStore Shares = new("share_pieces", "blob_id");

    /// <summary>In the current transaction.</summary>
    public async Task WriteAsync(
        InsightDbContext db, long owner, IReadOnlyList<byte[]> pieces, CancellationToken cancellationToken)
    {
        await using var command = CommandOf(
            db, $"INSERT INTO {Table} ({Owner}, position, content) VALUES (@owner, @position, @content)", owner);
        var position = Parameter(command, "position", 0);
        var content = Parameter(command, "content", Array.Empty<byte>());
        for (var i = 0; i < pieces.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            position.Value = i;
            content.Value = pieces[i];
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>In the current transaction.</summary>
    public async Task DeleteAsync(InsightDbContext db, long owner, CancellationToken cancellationToken)
    {
        await using var command = CommandOf(db, $"DELETE FROM {Table} WHERE {Owner} = @owner", owner);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <param name="take">Called with each piece in its order.</param>
    public Task ReadAsync(InsightDbContext db, long owner, Action<byte[]> take, CancellationToken cancellationToken) =>
        // SQLite reads on the thread that asks, and unpacking takes its time on either engine.
        Task.Run(
            async () =>
            {
                await using var command = CommandOf(
                    db, $"SELECT content FROM {Table} WHERE {Owner} = @owner ORDER BY position", owner);
                await using var reader = await command.ExecuteReaderAsync(
                    CommandBehavior.SequentialAccess, cancellationToken).ConfigureAwait(false);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    take(await reader.GetFieldValueAsync<byte[]>(0, cancellationToken).ConfigureAwait(false));
            },
            cancellationToken);

    private static DbCommand CommandOf(InsightDbContext db, string text, long owner)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = text;
        command.CommandTimeout = 600;
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        Parameter(command, "owner", owner);
        return command;
    }

    private static DbParameter Parameter(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
        return parameter;
    }
}
