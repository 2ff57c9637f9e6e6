using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Ports;

namespace Nems.Embedded;

/// <summary>
/// The imported demographics in a SQLite file of their own, so that an import never holds up the writer of events. A draft is
/// a table of its own; one transaction puts it in the place of the old. The file is made when it is first needed.
/// </summary>
internal sealed partial class SqliteDemographicsTable(
    DataDirectory directory, KeyedHash hash, Sealer sealer, TimeProvider clock, ILogger<SqliteDemographicsTable> log) : IDemographicsTable, IDisposable
{
    public const string FileName = "demographics.db";

    private const int BusyMilliseconds = 2000;

    private static readonly DemographicsAnswer Unknown = new DemographicsAnswer.NoRecord();
    private static readonly DemographicsAnswer Unavailable = new DemographicsAnswer.Unavailable(null);

    private readonly string path = directory.PathOf(FileName);
    private readonly DemographicsSeal seal = new(sealer);
    private readonly ConcurrentBag<ReadSession> idle = [];
    private readonly Lock gate = new();
    private bool isMade;
    private int drafts;
    private int isFailing;

    public DemographicsAnswer Find(NhsNumber number)
    {
        var patient = hash.Patient(number);
        try
        {
            var answer = Read(session => Find(session, patient));
            if (answer != Unavailable) Volatile.Write(ref isFailing, 0);
            else Report("empty");
            return answer;
        }
        catch (Exception fault) when (fault is StoreUnavailableException or InvalidOperationException or CryptographicException)
        {
            Report(fault.GetType().Name);
            return Unavailable;
        }
    }

    public DemographicsEdition? ReadEdition() => Read(session =>
    {
        var select = session.Prepared("SELECT imported_at, patients FROM edition");
        try
        {
            return select.Step() ? new DemographicsEdition(select.Time(0), select.Long(1)) : null;
        }
        finally
        {
            select.Reset();
        }
    });

    public IDemographicsDraft? TryBegin()
    {
        if (Interlocked.CompareExchange(ref drafts, 1, 0) != 0) return null;
        try
        {
            return new SqliteDemographicsDraft(Connect(readOnly: false), hash, seal, clock, ended: () => Volatile.Write(ref drafts, 0));
        }
        catch (StoreUnavailableException)
        {
            Volatile.Write(ref drafts, 0);
            throw;
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var session)) session.Dispose();
    }

    private DemographicsAnswer Find(ReadSession session, PatientKey patient)
    {
        // One statement: edition and patient are of one moment.
        var select = session.Prepared("SELECT e.imported_at, p.sealed FROM edition e LEFT JOIN patients p ON p.id = ?1").Bind(1, patient.Value);
        try
        {
            if (!select.Step()) return Unavailable;
            return select.IsNull(1) ? Unknown : new DemographicsAnswer.Found(seal.Open(patient, select.Span(1), select.Time(0)));
        }
        finally
        {
            select.Reset();
        }
    }

    private TResult Read<TResult>(Func<ReadSession, TResult> read)
    {
        if (!idle.TryTake(out var session)) session = new ReadSession(Connect(readOnly: true));
        try
        {
            return read(session);
        }
        finally
        {
            idle.Add(session);
        }
    }

    private SqliteConnection Connect(bool readOnly)
    {
        try
        {
            lock (gate)
            {
                if (!isMade) Make();
                isMade = true;
            }

            var connection = Database.Open(path, readOnly);

            // A reader that comes while the connection of an import is closing waits for it.
            SQLitePCL.raw.sqlite3_busy_timeout(Database.HandleOf(connection), BusyMilliseconds);
            return connection;
        }
        catch (SqliteException fault)
        {
            throw new StoreUnavailableException($"The demographics cannot be opened: SQLite answered {fault.SqliteErrorCode}.");
        }
    }

    private void Make()
    {
        using var connection = Database.Open(path, readOnly: false);
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            CREATE TABLE IF NOT EXISTS edition (only INTEGER PRIMARY KEY CHECK (only = 1), imported_at INTEGER NOT NULL, patients INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS patients (id BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
            DROP TABLE IF EXISTS draft;
            """;
        command.ExecuteNonQuery();
    }

    private void Report(string why)
    {
        if (Interlocked.Exchange(ref isFailing, 1) == 0) LogUnreadable(why);
    }

    [LoggerMessage(EventId = 2111, EventName = "demographics.table.unavailable", Level = LogLevel.Error,
        Message = "The table of demographics cannot answer ({Why}): events wait to be matched")]
    private partial void LogUnreadable(string why);
}
