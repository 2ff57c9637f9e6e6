using Microsoft.Data.Sqlite;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;

namespace Nems.Embedded;

/// <summary>What a write may use: the writer's prepared statements, the next place, and the destinations with their delivery numbers.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly SqliteConnection connection;

    // By reference: every statement is a literal of this program, and hashing its text would cost more than binding it.
    private readonly Dictionary<string, Statement> statements = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<DestinationId, DestinationRow> destinations = [];
    private readonly HashSet<DestinationRow> touched = [];
    private readonly DestinationSeal seal;
    private long lastPlace;
    private long lastPlaceAtBegin;
    private long unmatched;
    private long unmatchedAtBegin;

    public WriteSession(Database database, Sealer sealer)
    {
        connection = database.Open(readOnly: false);
        seal = new DestinationSeal(sealer);
        var last = Prepared("SELECT max(coalesce((SELECT max(place) FROM events), 0), coalesce((SELECT max(place) FROM trail WHERE place IS NOT NULL), 0))");
        last.Step();
        lastPlace = last.Long(0);
        last.Reset();
        var waiting = Prepared("SELECT count(*) FROM unmatched");
        waiting.Step();
        unmatched = waiting.Long(0);
        waiting.Reset();
    }

    /// <summary>The next place in the order of acceptance.</summary>
    public long NextPlace() => ++lastPlace;

    /// <summary>Whether an earlier event of the patient waits to be matched.</summary>
    public bool HasUnmatched(PatientKey? patient)
    {
        if (unmatched == 0 || patient is not { } key) return false;
        var select = Prepared("SELECT 1 FROM unmatched WHERE patient = ?1 LIMIT 1").Bind(1, key.Value);
        var waits = select.Step();
        select.Reset();
        return waits;
    }

    public void AddUnmatched(Place place, PatientKey? patient)
    {
        Prepared("INSERT INTO unmatched (place, patient) VALUES (?1, ?2)").Bind(1, place.Value).Bind(2, patient?.Value).Run();
        unmatched++;
    }

    /// <summary>False when it does not wait.</summary>
    public bool RemoveUnmatched(Place place)
    {
        var select = Prepared("SELECT 1 FROM unmatched WHERE place = ?1").Bind(1, place.Value);
        var waits = select.Step();
        select.Reset();
        if (!waits) return false;
        Prepared("DELETE FROM unmatched WHERE place = ?1").Bind(1, place.Value).Run();
        unmatched--;
        return true;
    }

    public Statement Prepared(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
            statements[sql] = statement = new Statement(Database.HandleOf(connection), sql);
        return statement;
    }

    public void Begin()
    {
        lastPlaceAtBegin = lastPlace;
        unmatchedAtBegin = unmatched;
        Prepared("BEGIN IMMEDIATE").Run();
    }

    public void Commit()
    {
        foreach (var row in touched)
            Prepared("UPDATE destinations SET last_delivery = ?2 WHERE number = ?1").Bind(1, row.Number).Bind(2, row.LastDelivery).Run();
        Prepared("COMMIT").Run();
        touched.Clear();
    }

    /// <summary>Forgets what the transaction changed, in the file and in memory.</summary>
    public void Rollback()
    {
        lastPlace = lastPlaceAtBegin;
        unmatched = unmatchedAtBegin;
        touched.Clear();
        destinations.Clear();
        foreach (var statement in statements.Values) statement.Reset();
        if (SQLitePCL.raw.sqlite3_get_autocommit(Database.HandleOf(connection)) == 0) Prepared("ROLLBACK").Run();
    }

    /// <summary>The row of a destination, made when it is new.</summary>
    public DestinationRow Destination(Destination destination)
    {
        if (Find(destination.Id) is { } found) return found;
        Prepared("INSERT INTO destinations (id, organisation, channel, sign_asymmetrically, sealed) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(1, destination.Id.Value).Bind(2, destination.Organisation).Bind(3, (long)destination.Channel)
            .Bind(4, destination.SignAsymmetrically).Bind(5, seal.Seal(destination)).Run();
        return Find(destination.Id)!; // inserted just now
    }

    public DestinationRow? Find(DestinationId id)
    {
        if (destinations.TryGetValue(id, out var known)) return known;
        var select = Prepared("SELECT number, last_delivery, is_off FROM destinations WHERE id = ?1").Bind(1, id.Value);
        var row = select.Step() ? new DestinationRow(select.Long(0)) { LastDelivery = select.Long(1), IsOff = select.Bool(2) } : null;
        select.Reset();
        if (row is not null) destinations[id] = row;
        return row;
    }

    /// <summary>Makes a destination that is off healthy again; false when it was on.</summary>
    public bool TurnOn(DestinationRow row)
    {
        if (!row.IsOff) return false;
        row.IsOff = false;
        Prepared("UPDATE destinations SET is_off = 0, failing_since = NULL, open_since = NULL, probes = 0, next_probe_at = NULL WHERE number = ?1")
            .Bind(1, row.Number).Run();
        return true;
    }

    /// <summary>The next delivery number of a destination.</summary>
    public long NextNumber(DestinationRow row)
    {
        touched.Add(row);
        return ++row.LastDelivery;
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Dispose();
        connection.Dispose();
    }
}

/// <summary>A destination as the writer knows it.</summary>
internal sealed class DestinationRow(long number)
{
    public long Number { get; } = number;

    public long LastDelivery { get; set; }

    public bool IsOff { get; set; }
}
