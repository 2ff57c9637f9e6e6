using Nems.Core.Subscribe;

namespace Nems.Embedded;

/// <summary>Deletes a subscription with its text.</summary>
internal sealed class DeleteWrite(SubscriptionId id, RuleCache rules, RightsVersion rights) : Write<bool>
{
    private string? matchKey;

    public override void Apply(WriteSession session)
    {
        var select = session.Prepared("SELECT match_key FROM subscriptions WHERE id = ?1").Bind(1, id.Value);
        matchKey = select.Step() ? select.Text(0) : null;
        select.Reset();
        Result = matchKey is not null;
        session.Prepared("DELETE FROM subscriptions WHERE id = ?1").Bind(1, id.Value).Run();
        session.Prepared("DELETE FROM subscription_texts WHERE id = ?1").Bind(1, id.Value).Run();
    }

    public override void Committed()
    {
        if (matchKey is null) return;
        rules.Remove(matchKey, id);
        rights.Raise();
    }
}
