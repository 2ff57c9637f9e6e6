using Nems.Core.Audit;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Match;
using Nems.Core.Ports;
using Nems.Core.Publish;

namespace Nems.Embedded;

/// <summary>Accepted events in SQLite: the event, its body and its deliveries in one transaction of the writer.</summary>
internal sealed class SqliteEventStore(Writer writer, ReadSessions reads, HandOver handOver, TimeProvider clock) : IEventStore
{
    private static readonly AcceptOutcome.Busy Busy = new(TimeSpan.FromSeconds(5));

    public bool IsWritable => writer.IsWritable;

    public async Task<AcceptOutcome> AcceptAsync(
        NewEvent accepted, IReadOnlyList<PlannedDelivery> deliveries, IdempotencyClaim? claim, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (writer.TryRunAsync(new AcceptWrite(accepted, deliveries, claim, handOver, clock)) is not { } done) return Busy;
        try
        {
            // Once queued it will be committed: a caller that goes away does not take it back.
            return await done;
        }
        catch (StoreUnavailableException)
        {
            return Busy;
        }
    }

    public ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(Place place, CancellationToken cancel)
    {
        using var lease = reads.Take();
        var select = lease.Session.Prepared("SELECT body FROM bodies WHERE place = ?1").Bind(1, place.Value);
        try
        {
            return select.Step()
                ? ValueTask.FromResult<ReadOnlyMemory<byte>>(select.Bytes(0))
                : throw new StoreUnavailableException("The body of an open delivery is not there.");
        }
        finally
        {
            select.Reset();
        }
    }

    private sealed class AcceptWrite(
        NewEvent accepted, IReadOnlyList<PlannedDelivery> planned, IdempotencyClaim? claim, HandOver handOver, TimeProvider clock) : Write<AcceptOutcome>
    {
        private static readonly TimeSpan ClaimLife = TimeSpan.FromHours(24);
        private readonly (long Number, bool IsOff)[] given = new (long, bool)[planned.Count];
        private Place place;

        public override int Size => accepted.Body.Length;

        public override void Apply(WriteSession session)
        {
            place = default;
            if (claim is { } asked && Repeats(session, asked) is { } outcome)
            {
                Result = outcome;
                return;
            }

            place = new Place(session.NextPlace());
            session.Prepared("INSERT INTO events (place, id, type, form, patient, accepted_at, facts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
                .Bind(1, place.Value).Bind(2, accepted.Id.Value).Bind(3, (long)accepted.Type.Index).Bind(4, FormCode.Of(accepted.Form))
                .Bind(5, accepted.Patient?.Value).Bind(6, accepted.AcceptedAt).Bind(7, TextOf(accepted.Facts)).Run();
            session.Prepared("INSERT INTO bodies (place, body) VALUES (?1, ?2)").Bind(1, place.Value).Bind(2, accepted.Body.Span).Run();
            for (var index = 0; index < planned.Count; index++) given[index] = InsertDelivery(session, planned[index]);
            TrailRow.Insert(session, place.Value, null, new AuditEntry
            {
                At = accepted.AcceptedAt,
                Action = AuditAction.EventAccepted,
                Asid = accepted.Asid,
                Organisation = accepted.Organisation,
            });
            Result = new AcceptOutcome.Accepted(place);
        }

        public override void Committed()
        {
            if (place.Value == 0) return;
            var open = 0;
            foreach (var (_, isOff) in given)
            {
                if (!isOff) open++;
            }

            var body = handOver.Hold(accepted.Body, open);
            for (var index = 0; index < planned.Count; index++)
            {
                if (given[index].IsOff) continue;
                handOver.Arrived(planned[index].Destination, new OpenDelivery
                {
                    Id = new DeliveryId(accepted.Id, planned[index].Destination.Id),
                    Place = place,
                    Number = given[index].Number,
                    Type = accepted.Type,
                    Form = accepted.Form,
                    Patient = accepted.Patient,
                    Subscriptions = planned[index].Subscriptions,
                    Body = body,
                    RightsVersion = accepted.RightsVersion,
                });
            }
        }

        private AcceptOutcome? Repeats(WriteSession session, IdempotencyClaim asked)
        {
            var select = session.Prepared("SELECT body, event, expires_at FROM idempotency WHERE key = ?1").Bind(1, asked.Key);
            AcceptOutcome? outcome = null;
            if (select.Step() && select.Time(2) > accepted.AcceptedAt)
                outcome = select.Number(0) == asked.Body ? new AcceptOutcome.Repeated(new EventId(select.Guid(1))) : new AcceptOutcome.KeyReused();
            select.Reset();
            if (outcome is null)
            {
                session.Prepared("INSERT OR REPLACE INTO idempotency (key, body, event, expires_at) VALUES (?1, ?2, ?3, ?4)")
                    .Bind(1, asked.Key).Bind(2, asked.Body).Bind(3, accepted.Id.Value).Bind(4, accepted.AcceptedAt + ClaimLife).Run();
                session.Prepared("DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE expires_at < ?1 LIMIT 4)")
                    .Bind(1, clock.GetUtcNow()).Run();
            }

            return outcome;
        }

        private (long Number, bool IsOff) InsertDelivery(WriteSession session, PlannedDelivery delivery)
        {
            var row = session.Destination(delivery.Destination);
            var number = session.NextNumber(row);
            session.Prepared("INSERT INTO deliveries (place, destination, number, state, subscriptions) VALUES (?1, ?2, ?3, ?4, ?5)")
                .Bind(1, place.Value).Bind(2, row.Number).Bind(3, number)
                .Bind(4, (long)(row.IsOff ? DeliveryState.Parked : DeliveryState.Open)).Bind(5, SubscriptionIds.Pack(delivery.Subscriptions)).Run();
            return (number, row.IsOff);
        }

        private static string TextOf(MatchFacts facts) =>
            $"{string.Join(' ', facts.Keys)}|{facts.Age}|{(facts.IsRegistered is { } registered ? registered ? "registered" : "unregistered" : "")}";
    }
}
