using Nems.Core.Audit;
using Nems.Core.Subscribe;

namespace Nems.Embedded;

/// <summary>Turns off a bounded number of subscriptions that have ended, each with its audit row, and lets equal ones be created again.</summary>
internal sealed class ExpireWrite(DateTimeOffset at, int limit, RuleCache rules, RightsVersion rights) : Write<int>
{
    private readonly List<Ended> ended = [];

    public override void Apply(WriteSession session)
    {
        Find(session);
        foreach (var subscription in ended)
        {
            session.Prepared("UPDATE subscriptions SET state = ?2, version_id = CAST(version_id AS INTEGER) + 1, duplicate_key = id WHERE id = ?1")
                .Bind(1, subscription.Id.Value).Bind(2, (long)SubscriptionState.Off).Run();
            TrailRow.Insert(session, null, subscription.Destination, new AuditEntry
            {
                At = at,
                Action = AuditAction.SubscriptionExpired,
                Organisation = subscription.Organisation,
                Subscription = subscription.Id,
            });
        }

        Result = ended.Count;
    }

    public override void Committed()
    {
        if (ended.Count == 0) return;
        foreach (var subscription in ended.Where(subscription => !SubscriptionRow.IsExplicit(subscription.MatchKey)))
            rules.TurnOff(subscription.MatchKey, subscription.Id);
        rights.Raise();
    }

    private void Find(WriteSession session)
    {
        ended.Clear();
        var select = session.Prepared("SELECT id, match_key, organisation, destination FROM subscriptions WHERE ends_at <= ?1 AND state < 2 ORDER BY ends_at LIMIT ?2")
            .Bind(1, at).Bind(2, (long)limit);
        while (select.Step()) ended.Add(new Ended(new SubscriptionId(select.Guid(0)), select.Text(1), select.Text(2), select.Long(3)));
        select.Reset();
    }

    private readonly record struct Ended(SubscriptionId Id, string MatchKey, string Organisation, long Destination);
}
