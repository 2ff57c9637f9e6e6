using Nems.Core.Subscribe;

namespace Nems.Core.Ports;

/// <summary>What became of a create.</summary>
public abstract record CreateOutcome
{
    private CreateOutcome()
    {
    }

    public sealed record Created : CreateOutcome;

    /// <summary>The same organisation has the same criteria, channel and endpoint already.</summary>
    public sealed record Duplicate(SubscriptionId Existing) : CreateOutcome;
}

/// <summary>What became of an activation.</summary>
public abstract record ActivateOutcome
{
    private ActivateOutcome()
    {
    }

    public sealed record Activated(Subscription Subscription) : ActivateOutcome;

    /// <summary>It was active already, or has ended: nothing changed.</summary>
    public sealed record NotRequested(SubscriptionState State) : ActivateOutcome;

    public sealed record NotFound : ActivateOutcome;
}

/// <summary>A subscription to be stored among many.</summary>
public readonly record struct NewSubscription(StoredSubscription Stored, UInt128 DuplicateKey);

/// <summary>Keeps subscriptions. Changes are durable once they return, and the next match sees them.</summary>
public interface ISubscriptionStore
{
    /// <summary>
    /// Stores a subscription unless one with the same <paramref name="duplicateKey"/> is there and has not ended. Two equal creates in a
    /// race: one is created. Equal ones have one match key. A destination that is off is turned on by a new active subscription to it.
    /// </summary>
    Task<CreateOutcome> CreateAsync(StoredSubscription subscription, UInt128 duplicateKey, CancellationToken cancel);

    /// <summary>
    /// Stores many active subscriptions in one go, all or nothing, without those that are there already; gives how many were stored.
    /// Safe to repeat. At most a few thousand: other writes wait meanwhile.
    /// </summary>
    Task<int> CreateManyAsync(IReadOnlyList<NewSubscription> subscriptions, CancellationToken cancel);

    /// <summary>
    /// Makes a requested subscription active: events accepted from <paramref name="at"/> on match it. Its audit row, by
    /// <paramref name="by"/>, is written with it. Safe to repeat and to race: it becomes active once.
    /// </summary>
    Task<ActivateOutcome> ActivateAsync(SubscriptionId id, DateTimeOffset at, string by, CancellationToken cancel);

    /// <summary>
    /// Turns off at most <paramref name="limit"/> subscriptions whose end is at or before this moment, those that ended first first, each with
    /// its audit row; gives how many. Safe to repeat.
    /// </summary>
    Task<int> ExpireAsync(DateTimeOffset at, int limit, CancellationToken cancel);

    ValueTask<StoredSubscription?> ReadAsync(SubscriptionId id, CancellationToken cancel);

    /// <summary>False when it was not there. A deleted subscription is never a candidate again, and nothing is sent for it.</summary>
    Task<bool> DeleteAsync(SubscriptionId id, CancellationToken cancel);

    /// <summary>Adds all subscriptions stored under any of these keys. At most one read of the disk: for the explicit key.</summary>
    ValueTask CandidatesAsync(IReadOnlyList<string> matchKeys, ICollection<Subscription> found, CancellationToken cancel);

    /// <summary>Raised by every delete and every change of state: what was judged at this version need not be judged again.</summary>
    long RightsVersion { get; }
}
