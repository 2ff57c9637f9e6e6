using Nems.Core.Audit;
using Nems.Core.Events;
using Nems.Core.Match;
using Nems.Core.Publish;

namespace Nems.Embedded;

/// <summary>Accepts an event: the event, its body, and its deliveries or its place among those that wait to be matched.</summary>
internal sealed class AcceptWrite(
    NewEvent accepted, IReadOnlyList<PlannedDelivery>? planned, IdempotencyClaim? claim, HandOver handOver, TimeProvider clock) : Write<AcceptOutcome>
{
    private static readonly TimeSpan ClaimLife = TimeSpan.FromHours(24);
    private Place place;
    private InsertedDeliveries? inserted;

    public override int Size => accepted.Body.Length;

    public override void Apply(WriteSession session)
    {
        place = default;
        inserted = null;
        if (claim is { } asked && Repeats(session, asked) is { } outcome)
        {
            Result = outcome;
            return;
        }

        place = new Place(session.NextPlace());
        session.Prepared("INSERT INTO events (place, id, type, form, patient, accepted_at, facts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .Bind(1, place.Value).Bind(2, accepted.Id.Value).Bind(3, (long)accepted.Type.Index).Bind(4, FormCode.Of(accepted.Form))
            .Bind(5, accepted.Patient?.Value).Bind(6, accepted.AcceptedAt).Bind(7, FactsText.Of(accepted.Facts)).Run();
        session.Prepared("INSERT INTO bodies (place, body) VALUES (?1, ?2)").Bind(1, place.Value).Bind(2, accepted.Body.Span).Run();
        if (planned is not null && !session.HasUnmatched(accepted.Patient)) inserted = InsertedDeliveries.Insert(session, place, planned);
        else session.AddUnmatched(place, accepted.Patient);
        TrailRow.Insert(session, place.Value, null, new AuditEntry
        {
            At = accepted.AcceptedAt,
            Action = AuditAction.EventAccepted,
            Asid = accepted.Asid,
            Organisation = accepted.Organisation,
            Reason = accepted.Facts.IsFlagged && inserted is not null ? "flagged" : null,
        });
        Result = new AcceptOutcome.Accepted(place, inserted is not null);
    }

    public override void Committed()
    {
        if (inserted is not null)
        {
            inserted.HandOver(
                handOver, accepted.Id, place, accepted.Type, accepted.Form, accepted.Patient, accepted.Body, accepted.RightsVersion, accepted.Facts.AsOf ?? accepted.AcceptedAt);
        }
        else if (place.Value != 0)
        {
            handOver.Waits(new UnmatchedEvent(place, accepted.Id, accepted.Type, accepted.Form, accepted.Patient, accepted.AcceptedAt));
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
}
