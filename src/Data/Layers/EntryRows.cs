using System.Buffers.Binary;
using System.Data.Common;
using ImageInsight.Analysis.Layers;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace ImageInsight.Data.Layers;

/// <summary>
/// Writes and reads the entries of a layer in bulk: binary COPY on Postgres, one prepared statement on SQLite.
/// </summary>
internal static class EntryRows
{
    private const string ReadColumns =
        "parent, kind, name, size, mode, uid, gid, mtime, content_hash, xattr_hash, device_major, device_minor, "
            + "link_target";

    private const string Columns = "layer_id, ordinal, " + ReadColumns;

    private const int ColumnCount = 15;

    /// <summary>In the connection's current transaction.</summary>
    public static Task WriteAsync(
        DbConnection connection, DbTransaction transaction, long layerId, EntryList entries,
        CancellationToken cancellationToken) =>
        // Neither engine's client waits long for one row: a thread that writes on is quicker than a million awaits.
        Task.Run(
            () =>
            {
                if (connection is NpgsqlConnection postgres)
                    CopyIn(postgres, layerId, entries, cancellationToken);
                else
                    Insert((SqliteConnection)connection, (SqliteTransaction)transaction, layerId, entries,
                        cancellationToken);
            },
            cancellationToken);

    public static Task<EntryList> ReadAsync(
        DbConnection connection, long layerId, CancellationToken cancellationToken) =>
        Task.Run(
            () => connection is NpgsqlConnection postgres
                ? CopyOut(postgres, layerId, cancellationToken)
                : Select((SqliteConnection)connection, layerId, cancellationToken),
            cancellationToken);

    private static void CopyIn(
        NpgsqlConnection connection, long layerId, EntryList entries, CancellationToken cancellationToken)
    {
        using var writer = connection.BeginBinaryImport($"COPY layer_entries ({Columns}) FROM STDIN (FORMAT BINARY)");
        writer.Timeout = TimeSpan.FromMinutes(10);
        for (var i = 0; i < entries.Count; i++)
        {
            if (i % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var e = entries[i];
            writer.StartRow();
            writer.Write(layerId, NpgsqlDbType.Bigint);
            writer.Write(i, NpgsqlDbType.Integer);
            writer.Write(e.Parent, NpgsqlDbType.Integer);
            writer.Write((short)e.Kind, NpgsqlDbType.Smallint);
            writer.Write(entries.Name(i).ToArray(), NpgsqlDbType.Bytea);
            writer.Write(e.Size, NpgsqlDbType.Bigint);
            writer.Write(e.Mode, NpgsqlDbType.Integer);
            writer.Write(e.Uid, NpgsqlDbType.Bigint);
            writer.Write(e.Gid, NpgsqlDbType.Bigint);
            writer.Write(e.Mtime, NpgsqlDbType.Bigint);
            WriteBytes(writer, HashBytes(e));
            writer.Write((long)e.XattrHash, NpgsqlDbType.Bigint);
            writer.Write(e.DeviceMajor, NpgsqlDbType.Integer);
            writer.Write(e.DeviceMinor, NpgsqlDbType.Integer);
            WriteBytes(writer, LinkBytes(entries, i));
        }

        writer.Complete();
    }

    private static void WriteBytes(NpgsqlBinaryImporter writer, byte[]? bytes)
    {
        if (bytes is null)
            writer.WriteNull();
        else
            writer.Write(bytes, NpgsqlDbType.Bytea);
    }

    private static void Insert(
        SqliteConnection connection, SqliteTransaction transaction, long layerId, EntryList entries,
        CancellationToken cancellationToken)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        var names = Enumerable.Range(0, ColumnCount).Select(i => "$" + i).ToArray();
        command.CommandText = $"INSERT INTO layer_entries ({Columns}) VALUES ({string.Join(", ", names)})";
        var p = names.Select(n => command.Parameters.AddWithValue(n, 0)).ToArray();
        command.Prepare();
        for (var i = 0; i < entries.Count; i++)
        {
            if (i % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var e = entries[i];
            p[0].Value = layerId;
            p[1].Value = i;
            p[2].Value = e.Parent;
            p[3].Value = (int)e.Kind;
            p[4].Value = entries.Name(i).ToArray();
            p[5].Value = e.Size;
            p[6].Value = e.Mode;
            p[7].Value = e.Uid;
            p[8].Value = e.Gid;
            p[9].Value = e.Mtime;
            p[10].Value = (object?)HashBytes(e) ?? DBNull.Value;
            p[11].Value = (long)e.XattrHash;
            p[12].Value = e.DeviceMajor;
            p[13].Value = e.DeviceMinor;
            p[14].Value = (object?)LinkBytes(entries, i) ?? DBNull.Value;
            command.ExecuteNonQuery();
        }
    }

    private static EntryList CopyOut(NpgsqlConnection connection, long layerId, CancellationToken cancellationToken)
    {
        var entries = new EntryList();
        using var reader = connection.BeginBinaryExport(
            $"COPY (SELECT {ReadColumns} FROM layer_entries WHERE layer_id = {layerId} ORDER BY ordinal) TO STDOUT "
                + "(FORMAT BINARY)");
        while (reader.StartRow() >= 0)
        {
            if (entries.Count % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var parent = reader.Read<int>();
            var kind = (EntryKind)reader.Read<short>();
            var name = reader.Read<byte[]>();
            var entry = new LayerEntry
            {
                Parent = parent,
                Kind = kind,
                Size = reader.Read<long>(),
                Mode = reader.Read<int>(),
                Uid = reader.Read<long>(),
                Gid = reader.Read<long>(),
                Mtime = reader.Read<long>(),
                ContentHash = Hash(ReadBytes(reader)),
                XattrHash = (ulong)reader.Read<long>(),
                DeviceMajor = reader.Read<int>(),
                DeviceMinor = reader.Read<int>(),
            };
            entries.Add(entry, name, ReadBytes(reader));
        }

        return entries;
    }

    private static byte[]? ReadBytes(NpgsqlBinaryExporter reader)
    {
        if (!reader.IsNull)
            return reader.Read<byte[]>();
        reader.Skip();
        return null;
    }

    private static EntryList Select(SqliteConnection connection, long layerId, CancellationToken cancellationToken)
    {
        var entries = new EntryList();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {ReadColumns} FROM layer_entries WHERE layer_id = $layer ORDER BY ordinal";
        command.Parameters.AddWithValue("$layer", layerId);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (entries.Count % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            entries.Add(
                new LayerEntry
                {
                    Parent = reader.GetInt32(0),
                    Kind = (EntryKind)reader.GetInt16(1),
                    Size = reader.GetInt64(3),
                    Mode = reader.GetInt32(4),
                    Uid = reader.GetInt64(5),
                    Gid = reader.GetInt64(6),
                    Mtime = reader.GetInt64(7),
                    ContentHash = Hash(reader.IsDBNull(8) ? null : reader.GetFieldValue<byte[]>(8)),
                    XattrHash = (ulong)reader.GetInt64(9),
                    DeviceMajor = reader.GetInt32(10),
                    DeviceMinor = reader.GetInt32(11),
                },
                reader.GetFieldValue<byte[]>(2),
                reader.IsDBNull(12) ? null : reader.GetFieldValue<byte[]>(12));
        }

        return entries;
    }

    private static byte[]? HashBytes(in LayerEntry entry)
    {
        if (entry.ContentHash == 0)
            return null;
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, entry.ContentHash);
        return bytes;
    }

    private static UInt128 Hash(byte[]? bytes) => bytes is null ? 0 : BinaryPrimitives.ReadUInt128BigEndian(bytes);

    private static byte[]? LinkBytes(EntryList entries, int ordinal) =>
        entries.LinkTarget(ordinal) is { Length: > 0 } link ? link.ToArray() : null;
}
