using Microsoft.Data.Sqlite;
using Nems.Core.Ports;
using Nems.Core.Reference;

namespace Nems.Embedded.Reference;

/// <summary>An edition that is being written to its file, in one transaction.</summary>
internal sealed class EditionDraft : IReferenceDraft
{
    private const int SpoolBuffer = 128 * 1024;

    private readonly SqliteReference owner;
    private readonly ReferenceKind kind;
    private readonly int number;
    private readonly string path;
    private readonly Dictionary<PostcodeAreas, long> areas = [];
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, Statement> statements = [];
    private bool isClosed;
    private bool isInForce;

    public EditionDraft(SqliteReference owner, ReferenceKind kind, int number, string path)
    {
        (this.owner, this.kind, this.number, this.path) = (owner, kind, number, path);
        connection = EditionFile.Create(path);
        Prepared("BEGIN").Run();
    }

    public Stream Spool()
    {
        try
        {
            return new FileStream(path + ".spool", FileMode.Create, FileAccess.ReadWrite, FileShare.None, SpoolBuffer, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        }
        catch (IOException fault)
        {
            throw new StoreUnavailableException("What was sent cannot be set down.", fault);
        }
    }

    public ValueTask AddAsync(IReadOnlyList<ReferenceRow> rows, CancellationToken cancel)
    {
        foreach (var row in rows)
        {
            if (kind == ReferenceKind.Postcodes) AddPostcode(row);
            else Prepared("INSERT OR REPLACE INTO codes (key, code) VALUES (?1, ?2)").Bind(1, row.Key).Bind(2, row.Areas.SubLocation).Run();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<ReferenceEdition> CommitAsync(ReferenceCount count, bool isSample, CancellationToken cancel)
    {
        Prepared("COMMIT").Run();
        Close();
        if (!isSample) Sync();
        var edition = owner.Switch(kind, number, count, isSample, path);
        isInForce = true;
        return ValueTask.FromResult(edition);
    }

    public ValueTask DisposeAsync()
    {
        Close();
        if (!isInForce) EditionFile.Delete(path);
        owner.Ended();
        return ValueTask.CompletedTask;
    }

    private void AddPostcode(ReferenceRow row)
    {
        if (!PackedKey.TryPack(row.Key, out var key)) throw new ArgumentException("A key is 1 to 12 digits and capital letters.", nameof(row));
        if (!areas.TryGetValue(row.Areas, out var area))
        {
            areas[row.Areas] = area = areas.Count;
            Prepared("INSERT INTO areas (id, sub_location, local_authority, country) VALUES (?1, ?2, ?3, ?4)")
                .Bind(1, area).Bind(2, row.Areas.SubLocation).Bind(3, row.Areas.LocalAuthority).Bind(4, row.Areas.Country).Run();
        }

        Prepared("INSERT OR REPLACE INTO postcodes (key, area) VALUES (?1, ?2)").Bind(1, key).Bind(2, area).Run();
    }

    private Statement Prepared(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
            statements[sql] = statement = new Statement(Database.HandleOf(connection), sql);
        return statement;
    }

    private void Sync()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            file.Flush(flushToDisk: true);
        }
        catch (IOException fault)
        {
            throw new StoreUnavailableException("The file of an edition cannot be synced.", fault);
        }
    }

    private void Close()
    {
        if (isClosed) return;
        isClosed = true;
        foreach (var statement in statements.Values) statement.Dispose();
        connection.Dispose();
    }
}
