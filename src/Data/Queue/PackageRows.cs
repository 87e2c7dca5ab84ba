using System.Data.Common;
using ImageInsight.Analysis.Packages;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Rows;
using Npgsql;
using NpgsqlTypes;

namespace ImageInsight.Data.Queue;

/// <summary>
/// Writes the packages of an image in bulk: binary COPY on Postgres, one prepared statement on SQLite.
/// </summary>
internal static class PackageRows
{
    private const string Columns =
        "analysis_id, position, ecosystem, name, version, purl, found_at, layer, disk_bytes, pull_bytes, "
            + "wasted_bytes, files, needs, on_purpose, development, owned_by, license";

    private static readonly NpgsqlDbType[] Types =
    [
        NpgsqlDbType.Uuid, NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text,
        NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint,
        NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Bytea, NpgsqlDbType.Boolean, NpgsqlDbType.Boolean,
        NpgsqlDbType.Integer, NpgsqlDbType.Text,
    ];

    /// <summary>In the connection's current transaction.</summary>
    public static Task WriteAsync(
        DbConnection connection, DbTransaction transaction, Guid analysisId, IReadOnlyList<Package> packages,
        CancellationToken cancellationToken)
    {
        if (packages.Count == 0)
            return Task.CompletedTask;
        // The same module may stand at several places under one purl: a need is answered by the first.
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < packages.Count; i++)
            positions.TryAdd(packages[i].Purl, i);
        var rows = packages.Select((p, i) => Row(analysisId, i, p, positions));
        return Task.Run(
            () =>
            {
                if (connection is NpgsqlConnection postgres)
                    CopyIn(postgres, rows, cancellationToken);
                else
                    Insert(connection, transaction, rows, cancellationToken);
            },
            cancellationToken);
    }

    public static IEnumerable<int> Needs(byte[] packed)
    {
        var last = 0;
        for (var at = 0; at < packed.Length;)
            yield return last += (int)Varint.Read(packed, ref at);
    }

    private static object?[] Row(Guid analysisId, int position, Package p, Dictionary<string, int> positions) =>
    [
        analysisId, position, p.Ecosystem, StoredText.Fit(p.Name, 400), StoredText.Fit(p.Version, 200),
        StoredText.Fit(p.Purl, 4000), StoredText.Fit(p.FoundAt), p.Layer, p.DiskBytes, p.PullBytes, p.WastedBytes,
        p.Files, Pack(p.Dependencies.Select(d => positions.GetValueOrDefault(d, -1))), p.OnPurpose, p.Development,
        p.OwnedBy is { } owner && positions.TryGetValue(owner, out var at) ? at : null,
        p.License is null ? null : StoredText.Fit(p.License, 400),
    ];

    private static byte[] Pack(IEnumerable<int> needs)
    {
        var bytes = new List<byte>();
        var last = 0;
        foreach (var need in needs.Where(n => n >= 0).Distinct().Order())
        {
            Varint.Write(bytes, need - last);
            last = need;
        }

        return [.. bytes];
    }

    private static void CopyIn(
        NpgsqlConnection connection, IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        using var writer = connection.BeginBinaryImport($"COPY packages ({Columns}) FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.StartRow();
            for (var i = 0; i < row.Length; i++)
                if (row[i] is { } value)
                    writer.Write(value, Types[i]);
                else
                    writer.WriteNull();
        }

        writer.Complete();
    }

    private static void Insert(
        DbConnection connection, DbTransaction transaction, IEnumerable<object?[]> rows,
        CancellationToken cancellationToken)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        var parameters = Types.Select((_, i) =>
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "$" + i;
            command.Parameters.Add(parameter);
            return parameter;
        }).ToArray();
        command.CommandText =
            $"INSERT INTO packages ({Columns}) VALUES ({string.Join(", ", parameters.Select(p => p.ParameterName))})";
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < row.Length; i++)
                parameters[i].Value = row[i] ?? DBNull.Value;
            command.ExecuteNonQuery();
        }
    }
}
