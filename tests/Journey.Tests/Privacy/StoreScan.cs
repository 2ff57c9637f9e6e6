using Microsoft.Data.Sqlite;

namespace Nems.Journey.Tests.Privacy;

/// <summary>
/// Looks for canaries in the data directory: file names, the files beside the store, and every value of every table but those
/// that are payload or sealed. The raw pages of <c>nems.db</c> and its log are not searched: they hold the payload tables too.
/// </summary>
internal static class StoreScan
{
    /// <summary>Whole tables that hold what was sent, as <c>Schema.sql</c> says.</summary>
    private static readonly string[] PayloadTables = ["bodies", "subscription_texts"];

    private const string SealedColumn = "sealed";

    public static IReadOnlyList<string> Find(string directory, Canaries canaries)
    {
        List<string> found = [];
        foreach (var path in Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(directory, path);
            found.AddRange(canaries.In(name).Select(place => $"file name {name}: {place}"));
            if (File.Exists(path) && !Path.GetFileName(path).StartsWith("nems.db", StringComparison.Ordinal))
                found.AddRange(canaries.In(File.ReadAllBytes(path)).Select(place => $"file {name}: {place}"));
        }

        foreach (var store in Directory.EnumerateFiles(directory, "nems.db", SearchOption.AllDirectories)) found.AddRange(InTables(store, canaries));
        return found;
    }

    /// <summary>How many rows each table has: a scan of an empty store proves nothing.</summary>
    public static IReadOnlyDictionary<string, long> Rows(string store)
    {
        using var connection = Open(store);
        return Tables(connection).ToDictionary(table => table, table => Convert.ToInt64(Scalar(connection, $"SELECT count(*) FROM \"{table}\""), System.Globalization.CultureInfo.InvariantCulture));
    }

    public static long Count(string store, string condition)
    {
        using var connection = Open(store);
        return Convert.ToInt64(Scalar(connection, "SELECT count(*) FROM " + condition), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> InTables(string store, Canaries canaries)
    {
        using var connection = Open(store);
        foreach (var table in Tables(connection).Except(PayloadTables))
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    var name = reader.GetName(column);
                    if (name == SealedColumn || reader.IsDBNull(column)) continue;
                    foreach (var place in InValue(reader.GetValue(column), canaries)) yield return $"{table}.{name}: {place}";
                }
            }
        }
    }

    private static IReadOnlyList<string> InValue(object value, Canaries canaries) => value switch
    {
        string text => canaries.In(text),
        byte[] bytes => canaries.In(bytes),
        // As a whole alone: eighteen digits of a time may hold any eight by chance.
        long number => [.. canaries.All.Where(canary => canary.Value == number.ToString(System.Globalization.CultureInfo.InvariantCulture)).Select(canary => canary.Place)],
        _ => canaries.In(value.ToString() ?? ""),
    };

    private static List<string> Tables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        using var reader = command.ExecuteReader();
        List<string> tables = [];
        while (reader.Read()) tables.Add(reader.GetString(0));
        return tables;
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static SqliteConnection Open(string store)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = store, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString());
        connection.Open();
        return connection;
    }
}
