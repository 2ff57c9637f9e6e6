using Nems.Core.Audit;
using Nems.Core.Ports;
using Nems.Core.Subscribe;

namespace Nems.Embedded;

/// <summary>Makes a requested subscription active, with its audit row.</summary>
internal sealed class ActivateWrite(
    SubscriptionId id, DateTimeOffset at, string by, Destinations destinations, RuleCache rules, RightsVersion rights, HandOver handOver) : Write<ActivateOutcome>
{
    private bool turnedOn;

    public override void Apply(WriteSession session)
    {
        turnedOn = false;
        if (Read(session) is not { } subscription)
        {
            Result = new ActivateOutcome.NotFound();
            return;
        }

        if (subscription.State != SubscriptionState.Requested || subscription.EndsAt <= at)
        {
            Result = new ActivateOutcome.NotRequested(subscription.State == SubscriptionState.Requested ? SubscriptionState.Off : subscription.State);
            return;
        }

        session.Prepared("UPDATE subscriptions SET state = ?2, active_since = ?3, version_id = CAST(version_id AS INTEGER) + 1 WHERE id = ?1")
            .Bind(1, id.Value).Bind(2, (long)SubscriptionState.Active).Bind(3, at).Run();
        var destination = session.Destination(subscription.Destination);
        turnedOn = session.TurnOn(destination);
        TrailRow.Insert(session, null, destination.Number, new AuditEntry
        {
            At = at,
            Action = AuditAction.SubscriptionActivated,
            Asid = by,
            Organisation = subscription.Organisation,
            Subscription = id,
        });
        Result = new ActivateOutcome.Activated(Read(session)!); // it was there just now
    }

    public override void Committed()
    {
        if (Result is not ActivateOutcome.Activated { Subscription: var active }) return;
        if (SubscriptionRow.IsRule(active)) rules.Replace(active);
        rights.Raise();
        if (turnedOn) handOver.TurnedOn(active.Destination.Id);
    }

    private Subscription? Read(WriteSession session)
    {
        var select = session.Prepared(SubscriptionRow.ById).Bind(1, id.Value);
        try
        {
            return select.Step() ? SubscriptionRow.Read(select, destinations) : null;
        }
        finally
        {
            select.Reset();
        }
    }
}
