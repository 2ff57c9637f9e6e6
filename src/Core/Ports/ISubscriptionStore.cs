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

/// <summary>Keeps subscriptions. Changes are durable once they return, and the next match sees them.</summary>
public interface ISubscriptionStore
{
    /// <summary>
    /// Stores a subscription unless one with the same <paramref name="duplicateKey"/> is there. Two equal creates in a race: one is created.
    /// A destination that is off is turned on by a new subscription to it.
    /// </summary>
    Task<CreateOutcome> CreateAsync(StoredSubscription subscription, UInt128 duplicateKey, CancellationToken cancel);

    ValueTask<StoredSubscription?> ReadAsync(SubscriptionId id, CancellationToken cancel);

    /// <summary>False when it was not there. A deleted subscription is never a candidate again, and nothing is sent for it.</summary>
    Task<bool> DeleteAsync(SubscriptionId id, CancellationToken cancel);

    /// <summary>Adds all subscriptions stored under any of these keys. At most one read of the disk: for the explicit key.</summary>
    ValueTask CandidatesAsync(IReadOnlyList<string> matchKeys, ICollection<Subscription> found, CancellationToken cancel);

    /// <summary>Raised by every delete and every change of state: what was judged at this version need not be judged again.</summary>
    long RightsVersion { get; }
}
