using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Nems.Embedded;

/// <summary>Opens the one SQLite file of the data directory: write-ahead log, every commit synced, tables made or brought up to date.</summary>
internal sealed class Database : IDisposable
{
    public const string FileName = "nems.db";

    private const int SchemaVersion = 1;

    // Large pages: a body is one or two of them, and a commit writes fewer. See docs/performance.md.
    private const int PageSize = 32 * 1024;
    private const int CheckpointPages = 4 * 1024 * 1024 / PageSize;
    private readonly string path;

    public Database(DataDirectory directory)
    {
        path = directory.PathOf(FileName);
        using var connection = Open(readOnly: false);
        Migrate(connection);
    }

    /// <summary>A connection of one thread's own.</summary>
    public SqliteConnection Open(bool readOnly) => Open(path, readOnly);

    /// <summary>A connection to a file of the data directory, set up as all of them are.</summary>
    public static SqliteConnection Open(string path, bool readOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = 10,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
        }.ToString());
        connection.Open();
        if (!readOnly) Run(connection, $"PRAGMA page_size = {PageSize}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {CheckpointPages}; PRAGMA journal_size_limit = 67108864;");
        Run(connection, "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;");
        return connection;
    }

    public static sqlite3 HandleOf(SqliteConnection connection) => connection.Handle!; // set while the connection is open

    public void Dispose()
    {
    }

    private static void Migrate(SqliteConnection connection)
    {
        var version = (long)Ask(connection, "PRAGMA user_version")!; // always a number
        if (version > SchemaVersion)
            throw new InvalidOperationException($"The store is of version {version}, newer than this program knows ({SchemaVersion}).");
        if (version == SchemaVersion) return;

        using var resource = typeof(Database).Assembly.GetManifestResourceStream("Schema.sql")!; // embedded by the project
        using var reader = new StreamReader(resource);
        using var transaction = connection.BeginTransaction();
        Run(connection, reader.ReadToEnd());
        Run(connection, $"PRAGMA user_version = {SchemaVersion}");
        transaction.Commit();
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
