using Nems.Core.Audit;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Ports;
using Nems.Core.Subscribe;

namespace Nems.Embedded;

/// <summary>The append-only trail in SQLite.</summary>
internal sealed class SqliteAuditTrail(Writer writer, ReadSessions reads) : IAuditTrail
{
    private const string Columns =
        """
        SELECT r.at, r.action, r.asid, r.organisation, e.id, r.subscription, t.id, r.attempt, r.is_probe, r.outcome, r.status, r.reason, r.elapsed
        FROM trail r LEFT JOIN events e ON e.place = r.place LEFT JOIN destinations t ON t.number = r.destination
        """;

    public Task AppendAsync(AuditEntry entry, CancellationToken cancel) => writer.RunAsync(new AppendWrite(entry));

    public ValueTask<IReadOnlyList<AuditEntry>> ReadAsync(EventId about, int limit, CancellationToken cancel) =>
        Read(Columns + " WHERE r.place = (SELECT place FROM events WHERE id = ?1) ORDER BY r.sequence LIMIT ?2", about.Value, limit);

    public ValueTask<IReadOnlyList<AuditEntry>> ReadAsync(SubscriptionId about, int limit, CancellationToken cancel) =>
        Read(Columns + " WHERE r.subscription = ?1 ORDER BY r.sequence LIMIT ?2", about.Value, limit);

    private ValueTask<IReadOnlyList<AuditEntry>> Read(string sql, Guid about, int limit)
    {
        using var lease = reads.Take();
        List<AuditEntry> entries = [];
        var select = lease.Session.Prepared(sql).Bind(1, about).Bind(2, (long)limit);
        try
        {
            while (select.Step()) entries.Add(EntryOf(select));
        }
        finally
        {
            select.Reset();
        }

        return ValueTask.FromResult<IReadOnlyList<AuditEntry>>(entries);
    }

    private static AuditEntry EntryOf(Statement select) => new()
    {
        At = select.Time(0),
        Action = (AuditAction)select.Long(1),
        Asid = select.TextOrNull(2),
        Organisation = select.TextOrNull(3),
        Event = select.IsNull(4) ? null : new EventId(select.Guid(4)),
        Subscription = select.IsNull(5) ? null : new SubscriptionId(select.Guid(5)),
        Destination = select.IsNull(6) ? null : new DestinationId(select.Number(6)),
        Attempt = (int?)select.LongOrNull(7),
        IsProbe = select.Bool(8),
        Outcome = (AttemptOutcome?)select.LongOrNull(9),
        Status = (int?)select.LongOrNull(10),
        Reason = select.TextOrNull(11),
        Elapsed = select.LongOrNull(12) is { } ticks ? new TimeSpan(ticks) : null,
    };

    private sealed class AppendWrite(AuditEntry entry) : Write<bool>
    {
        public override void Apply(WriteSession session)
        {
            var destination = entry.Destination is { } id ? session.Find(id)?.Number : null;
            TrailRow.Insert(session, entry.Event is { } about ? PlaceOf(session, about) : null, destination, entry);
        }

        private static long? PlaceOf(WriteSession session, EventId id)
        {
            var select = session.Prepared("SELECT place FROM events WHERE id = ?1").Bind(1, id.Value);
            var place = select.Step() ? select.Long(0) : (long?)null;
            select.Reset();
            return place;
        }
    }
}
