using Nems.Core.Ports;
using Nems.Core.Subscribe;

namespace Nems.Core.Tests.Subscribe;

/// <summary>Keeps subscriptions in memory; shows what was stored.</summary>
internal sealed class FakeStore : ISubscriptionStore
{
    private readonly Dictionary<UInt128, SubscriptionId> ids = [];

    internal Dictionary<SubscriptionId, StoredSubscription> Stored { get; } = [];

    public long RightsVersion => 0;

    public Task<CreateOutcome> CreateAsync(StoredSubscription subscription, UInt128 duplicateKey, CancellationToken cancel)
    {
        if (ids.TryGetValue(duplicateKey, out var existing)) return Task.FromResult<CreateOutcome>(new CreateOutcome.Duplicate(existing));
        ids[duplicateKey] = subscription.Subscription.Id;
        Stored[subscription.Subscription.Id] = subscription;
        return Task.FromResult<CreateOutcome>(new CreateOutcome.Created());
    }

    public ValueTask<StoredSubscription?> ReadAsync(SubscriptionId id, CancellationToken cancel) => new(Stored.GetValueOrDefault(id));

    public Task<bool> DeleteAsync(SubscriptionId id, CancellationToken cancel) => Task.FromResult(Stored.Remove(id));

    public Task<int> CreateManyAsync(IReadOnlyList<NewSubscription> subscriptions, CancellationToken cancel) => throw Elsewhere();

    public Task<ActivateOutcome> ActivateAsync(SubscriptionId id, DateTimeOffset at, string by, CancellationToken cancel) => throw Elsewhere();

    public Task<int> ExpireAsync(DateTimeOffset at, int limit, CancellationToken cancel) => throw Elsewhere();

    private static NotSupportedException Elsewhere() => new("This is tested on a real store.");

    public ValueTask CandidatesAsync(IReadOnlyList<string> matchKeys, ICollection<Subscription> found, CancellationToken cancel) =>
        throw new NotSupportedException("Matching is tested elsewhere.");
}
