using Nems.Core.Audit;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Ports;

namespace Nems.Embedded;

/// <summary>Deliveries and the health of destinations in SQLite.</summary>
internal sealed class SqliteDeliveryStore(Writer writer, ReadSessions reads, HandOver handOver, Destinations destinations) : IDeliveryStore
{
    private const string OpenColumns =
        """
        SELECT e.id, d.place, d.number, e.type, e.form, e.patient, d.subscriptions, d.attempts, d.due_at, d.first_failed_at, d.open_before, d.is_aside, d.is_overtaken
        FROM deliveries d JOIN events e ON e.place = d.place
        """;

    private const string RecordColumns =
        "SELECT e.id, d.place, d.number, d.state, d.attempts, d.due_at, d.is_aside, d.is_overtaken FROM deliveries d JOIN events e ON e.place = d.place";

    public void HandOverTo(ILaneInbox inbox) => handOver.To(inbox);

    public Task RecordAsync(AttemptRecord record, CancellationToken cancel) => writer.RunAsync(new RecordWrite(record));

    public Task RecordHealthAsync(DestinationId destination, DestinationHealth health, CancellationToken cancel) =>
        writer.RunAsync(new HealthWrite(destination, health));

    public Task TurnOffAsync(DestinationId destination, DateTimeOffset at, CancellationToken cancel) => writer.RunAsync(new TurnOffWrite(destination, at));

    public ValueTask<IReadOnlyList<WaitingDestination>> WaitingAsync(CancellationToken cancel)
    {
        using var lease = reads.Take();
        List<WaitingDestination> waiting = [];
        var select = lease.Session.Prepared(
            """
            SELECT number, failing_since, open_since, probes, next_probe_at, open_before FROM destinations
            WHERE is_off = 0 AND EXISTS (SELECT 1 FROM deliveries WHERE destination = destinations.number AND state = 0)
            """);
        try
        {
            while (select.Step())
            {
                var health = new DestinationHealth(
                    false, select.TimeOrNull(1), select.TimeOrNull(2), (int)select.Long(3), select.TimeOrNull(4), new TimeSpan(select.Long(5)));
                waiting.Add(new WaitingDestination(destinations.Read(select.Long(0)), health));
            }
        }
        finally
        {
            select.Reset();
        }

        return ValueTask.FromResult<IReadOnlyList<WaitingDestination>>(waiting);
    }

    public ValueTask<IReadOnlyList<OpenDelivery>> OpenAsync(DestinationId destination, long afterNumber, int limit, CancellationToken cancel) =>
        ReadOpen(destination, $"{OpenColumns} WHERE d.destination = ?1 AND d.state = 0 AND d.number > ?2 ORDER BY d.number LIMIT ?3", afterNumber, limit);

    public ValueTask<IReadOnlyList<OpenDelivery>> AsideAsync(DestinationId destination, DateTimeOffset dueBy, int limit, CancellationToken cancel) =>
        ReadOpen(
            destination, $"{OpenColumns} WHERE d.destination = ?1 AND d.state = 0 AND d.is_aside = 1 AND d.due_at <= ?2 ORDER BY d.due_at LIMIT ?3", dueBy.UtcTicks, limit);

    public ValueTask<Destination?> FindAsync(DestinationId id, CancellationToken cancel) =>
        ValueTask.FromResult(destinations.NumberOf(id) is { } number ? destinations.Read(number) : null);

    public ValueTask<DeliveryRecord?> ReadAsync(DeliveryId id, CancellationToken cancel)
    {
        using var lease = reads.Take();
        var select = lease.Session.Prepared(RecordColumns + " JOIN destinations t ON t.number = d.destination WHERE e.id = ?1 AND t.id = ?2")
            .Bind(1, id.Event.Value).Bind(2, id.Destination.Value);
        var record = select.Step() ? RecordOf(select, id.Destination) : null;
        select.Reset();
        return ValueTask.FromResult(record);
    }

    public ValueTask<IReadOnlyList<DeliveryRecord>> ListAsync(DestinationId destination, long afterNumber, int limit, CancellationToken cancel)
    {
        using var lease = reads.Take();
        List<DeliveryRecord> list = [];
        if (destinations.NumberOf(destination) is { } number)
        {
            var select = lease.Session.Prepared(RecordColumns + " WHERE d.destination = ?1 AND d.number > ?2 ORDER BY d.number LIMIT ?3")
                .Bind(1, number).Bind(2, afterNumber).Bind(3, (long)limit);
            while (select.Step()) list.Add(RecordOf(select, destination));
            select.Reset();
        }

        return ValueTask.FromResult<IReadOnlyList<DeliveryRecord>>(list);
    }

    private static DeliveryRecord RecordOf(Statement select, DestinationId destination) => new(
        new DeliveryId(new EventId(select.Guid(0)), destination), new Place(select.Long(1)), select.Long(2), (DeliveryState)select.Long(3),
        (int)select.Long(4), select.TimeOrNull(5), select.Bool(6), select.Bool(7));

    private ValueTask<IReadOnlyList<OpenDelivery>> ReadOpen(DestinationId destination, string sql, long bound, int limit)
    {
        using var lease = reads.Take();
        List<OpenDelivery> page = [];
        if (destinations.NumberOf(destination) is { } number)
        {
            var select = lease.Session.Prepared(sql).Bind(1, number).Bind(2, bound).Bind(3, (long)limit);
            try
            {
                while (select.Step()) page.Add(OpenOf(select, destination));
            }
            finally
            {
                select.Reset();
            }
        }

        return ValueTask.FromResult<IReadOnlyList<OpenDelivery>>(page);
    }

    private static OpenDelivery OpenOf(Statement select, DestinationId destination) => new()
    {
        Id = new DeliveryId(new EventId(select.Guid(0)), destination),
        Place = new Place(select.Long(1)),
        Number = select.Long(2),
        Type = EventType.FromIndex((int)select.Long(3)),
        Form = FormCode.Read(select.Long(4)),
        Patient = select.IsNull(5) ? null : new PatientKey(select.Number(5)),
        Subscriptions = SubscriptionIds.Unpack(select.Span(6)),
        Attempts = (int)select.Long(7),
        DueAt = select.TimeOrNull(8),
        FirstFailedAt = select.TimeOrNull(9),
        OpenBeforeFirstFailure = new TimeSpan(select.Long(10)),
        IsAside = select.Bool(11),
        IsOvertaken = select.Bool(12),
    };

    private sealed class RecordWrite(AttemptRecord record) : Write<bool>
    {
        public override void Apply(WriteSession session)
        {
            if (session.Find(record.Id.Destination) is not { } row) return;
            session.Prepared(
                """
                UPDATE deliveries SET state = CASE state WHEN 3 THEN CASE ?3 WHEN 1 THEN 1 ELSE 3 END ELSE ?3 END, attempts = ?4, due_at = ?5,
                    first_failed_at = ?6, open_before = ?7, is_aside = ?8, is_overtaken = max(is_overtaken, ?9)
                WHERE place = ?1 AND destination = ?2 AND state IN (0, 3)
                """)
                .Bind(1, record.Place.Value).Bind(2, row.Number).Bind(3, (long)record.State).Bind(4, (long)record.Attempts).Bind(5, record.DueAt)
                .Bind(6, record.FirstFailedAt).Bind(7, record.OpenBeforeFirstFailure.Ticks).Bind(8, record.IsAside).Bind(9, record.IsOvertaken).Run();
            foreach (var place in record.Overtook)
                session.Prepared("UPDATE deliveries SET is_overtaken = 1 WHERE place = ?1 AND destination = ?2").Bind(1, place.Value).Bind(2, row.Number).Run();
            TrailRow.Insert(session, record.Place.Value, row.Number, new AuditEntry
            {
                At = record.At,
                Action = record.Answer is null ? AuditAction.DeliveryWithheld : AuditAction.AttemptMade,
                Attempt = record.Attempts,
                IsProbe = record.IsProbe,
                Outcome = record.Answer?.Outcome,
                Status = record.Answer?.Status,
                Reason = record.Answer?.Reason ?? record.WithheldBecause,
                Elapsed = record.Elapsed,
            });
        }
    }

    private sealed class HealthWrite(DestinationId destination, DestinationHealth health) : Write<bool>
    {
        public override void Apply(WriteSession session) => session.Prepared(
            "UPDATE destinations SET failing_since = ?2, open_since = ?3, probes = ?4, next_probe_at = ?5, open_before = ?6 WHERE id = ?1")
            .Bind(1, destination.Value).Bind(2, health.FailingSince).Bind(3, health.OpenSince).Bind(4, (long)health.Probes)
            .Bind(5, health.NextProbeAt).Bind(6, health.OpenBefore.Ticks).Run();
    }

    private sealed class TurnOffWrite(DestinationId destination, DateTimeOffset at) : Write<bool>
    {
        public override void Apply(WriteSession session)
        {
            if (session.Find(destination) is not { IsOff: false } row) return;
            row.IsOff = true;
            session.Prepared("UPDATE destinations SET is_off = 1 WHERE number = ?1").Bind(1, row.Number).Run();
            session.Prepared("UPDATE deliveries SET state = 3 WHERE destination = ?1 AND state = 0").Bind(1, row.Number).Run();
            TrailRow.Insert(session, null, row.Number, new AuditEntry { At = at, Action = AuditAction.DestinationTurnedOff });
        }
    }
}
