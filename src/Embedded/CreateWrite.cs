using Nems.Core.Ports;

namespace Nems.Embedded;

/// <summary>Stores one subscription, unless an equal one is there.</summary>
internal sealed class CreateWrite(NewSubscription added, RuleCache rules, HandOver handOver) : Write<CreateOutcome>
{
    private bool turnedOn;

    public override void Apply(WriteSession session) => Result = SubscriptionRow.Insert(session, added.Stored, added.DuplicateKey, out turnedOn);

    public override void Committed()
    {
        if (Result is not CreateOutcome.Created) return;
        var subscription = added.Stored.Subscription;
        if (SubscriptionRow.IsRule(subscription)) rules.Add(subscription);
        if (turnedOn) handOver.TurnedOn(subscription.Destination.Id);
    }
}

/// <summary>Stores many subscriptions, without those that are there already.</summary>
internal sealed class CreateManyWrite(IReadOnlyList<NewSubscription> added, RuleCache rules, HandOver handOver) : Write<int>
{
    private readonly List<Core.Subscribe.Subscription> newRules = [];
    private readonly List<Core.Deliver.DestinationId> turnedOn = [];

    public override int Size => added.Sum(subscription => subscription.Stored.Resource.Length);

    public override void Apply(WriteSession session)
    {
        newRules.Clear();
        turnedOn.Clear();
        Result = 0;
        foreach (var (stored, duplicateKey) in added)
        {
            if (SubscriptionRow.Insert(session, stored, duplicateKey, out var isOnAgain) is not CreateOutcome.Created) continue;
            Result++;
            if (SubscriptionRow.IsRule(stored.Subscription)) newRules.Add(stored.Subscription);
            if (isOnAgain) turnedOn.Add(stored.Subscription.Destination.Id);
        }
    }

    public override void Committed()
    {
        rules.Load(newRules);
        foreach (var destination in turnedOn) handOver.TurnedOn(destination);
    }
}
