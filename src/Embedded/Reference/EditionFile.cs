using Microsoft.Data.Sqlite;
using Nems.Core.Ports;
using Nems.Core.Reference;

namespace Nems.Embedded.Reference;

/// <summary>The SQLite file of one edition: written once by one connection, then only read.</summary>
internal static class EditionFile
{
    public const string Prefix = "reference-";
    public const string Extension = ".db";

    /// <summary>Every file that this folder makes but the pointer.</summary>
    public const string Pattern = Prefix + "*";

    public static string NameOf(ReferenceKind kind, int number) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Prefix}{ReferenceKinds.NameOf(kind)}-{number}{Extension}");

    /// <summary>For building. No journal and no sync: the file counts for nothing before it is synced as a whole.</summary>
    public static SqliteConnection Create(string path) =>
        Open(path, SqliteOpenMode.ReadWriteCreate,
            """
            PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384;
            CREATE TABLE areas (id INTEGER PRIMARY KEY, sub_location TEXT, local_authority TEXT, country TEXT);
            CREATE TABLE postcodes (key INTEGER PRIMARY KEY, area INTEGER NOT NULL);
            CREATE TABLE codes (key TEXT PRIMARY KEY, code TEXT) WITHOUT ROWID;
            """);

    /// <summary>For lookups: one connection for each thread at a time. The lock is kept, so that a lookup makes no system call.</summary>
    public static SqliteConnection OpenToRead(string path) =>
        Open(path, SqliteOpenMode.ReadOnly, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -256; PRAGMA mmap_size = 1073741824;");

    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Somebody looks at it: the next start takes it away.
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode, string preparation)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = mode }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = preparation;
            command.ExecuteNonQuery();
            return connection;
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw new StoreUnavailableException("The file of an edition cannot be opened.", fault);
        }
    }
}
