using Nems.Core.Audit;
using Nems.Core.Match;
using Nems.Core.Publish;

namespace Nems.Embedded;

/// <summary>Matches an event that was accepted unmatched. One that is matched already stays as it is.</summary>
internal sealed class MatchWrite(
    UnmatchedEvent unmatched, MatchFacts facts, IReadOnlyList<PlannedDelivery> planned, long rightsVersion, HandOver handOver, TimeProvider clock) : Write<bool>
{
    private InsertedDeliveries? inserted;

    public override void Apply(WriteSession session)
    {
        inserted = null;
        Result = session.RemoveUnmatched(unmatched.Place);
        if (!Result) return;
        session.Prepared("UPDATE events SET facts = ?2 WHERE place = ?1").Bind(1, unmatched.Place.Value).Bind(2, FactsText.Of(facts)).Run();
        inserted = InsertedDeliveries.Insert(session, unmatched.Place, planned);
        TrailRow.Insert(session, unmatched.Place.Value, null, new AuditEntry
        {
            At = clock.GetUtcNow(),
            Action = AuditAction.EventMatchedLater,
            Reason = facts.IsFlagged ? "flagged" : null,
        });
    }

    public override void Committed() => inserted?.HandOver(
        handOver, unmatched.Id, unmatched.Place, unmatched.Type, unmatched.Form, unmatched.Patient, default, rightsVersion, facts.AsOf ?? clock.GetUtcNow());
}
