using Microsoft.Data.Sqlite;
using Nems.Core.Demographics;
using Nems.Core.Keys;
using Nems.Core.Ports;

namespace Nems.Embedded;

/// <summary>An edition in the making, in bounded transactions on a connection of its own.</summary>
internal sealed class SqliteDemographicsDraft : IDemographicsDraft
{
    private const int RowsPerTransaction = 5000;

    private readonly SqliteConnection connection;
    private readonly ReadSession session;
    private readonly KeyedHash hash;
    private readonly DemographicsSeal seal;
    private readonly TimeProvider clock;
    private readonly Action ended;
    private long patients;
    private bool isCommitted;
    private bool isDisposed;

    public SqliteDemographicsDraft(SqliteConnection connection, KeyedHash hash, DemographicsSeal seal, TimeProvider clock, Action ended)
    {
        this.connection = connection;
        this.hash = hash;
        this.seal = seal;
        this.clock = clock;
        this.ended = ended;
        session = new ReadSession(connection);
        try
        {
            Run("DROP TABLE IF EXISTS draft");
            Run("CREATE TABLE draft (id BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID");
            Run("BEGIN IMMEDIATE");
        }
        catch (StoreUnavailableException)
        {
            session.Dispose();
            throw;
        }
    }

    public bool TryAdd(DemographicsRow row)
    {
        var patient = hash.Patient(row.Number);
        session.Prepared("INSERT OR IGNORE INTO draft (id, sealed) VALUES (?1, ?2)").Bind(1, patient.Value).Bind(2, seal.Seal(patient, row)).Run();
        if (SQLitePCL.raw.sqlite3_changes(Database.HandleOf(connection)) == 0) return false;
        if (++patients % RowsPerTransaction == 0)
        {
            Run("COMMIT");
            Run("BEGIN IMMEDIATE");
        }

        return true;
    }

    public DemographicsEdition Commit()
    {
        var edition = new DemographicsEdition(clock.GetUtcNow(), patients);
        Run("DROP TABLE patients");
        Run("ALTER TABLE draft RENAME TO patients");
        session.Prepared("INSERT OR REPLACE INTO edition (only, imported_at, patients) VALUES (1, ?1, ?2)")
            .Bind(1, edition.ImportedAt).Bind(2, edition.Patients).Run();
        Run("COMMIT");
        isCommitted = true;
        return edition;
    }

    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        try
        {
            if (!isCommitted) Drop();
        }
        catch (StoreUnavailableException)
        {
            // What is left of the draft is no edition, and goes when the file is next opened or drafted into.
        }

        session.Dispose();
        ended();
    }

    private void Drop()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(Database.HandleOf(connection)) == 0) Run("ROLLBACK");
        Run("DROP TABLE IF EXISTS draft");
    }

    private void Run(string sql) => session.Prepared(sql).Run();
}
