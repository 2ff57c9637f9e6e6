using System.Collections.Concurrent;
using Nems.Core.Subscribe;

namespace Nems.Embedded;

/// <summary>
/// Rule subscriptions in memory, by match key: they are few and read by every event. Changed by the writer alone after each
/// commit, so that the next match sees a change; read without a lock.
/// </summary>
internal sealed class RuleCache
{
    private readonly ConcurrentDictionary<string, Subscription[]> byKey = new(StringComparer.Ordinal);

    public void Add(Subscription subscription) =>
        byKey.AddOrUpdate(subscription.MatchKey, [subscription], (_, held) => [.. held, subscription]);

    public void Remove(string matchKey, SubscriptionId id)
    {
        if (!byKey.TryGetValue(matchKey, out var held)) return;
        Subscription[] rest = [.. held.Where(subscription => subscription.Id != id)];
        if (rest.Length > 0) byKey[matchKey] = rest;
        else byKey.TryRemove(matchKey, out _);
    }

    public void AddTo(string matchKey, ICollection<Subscription> found)
    {
        if (!byKey.TryGetValue(matchKey, out var held)) return;
        foreach (var subscription in held) found.Add(subscription);
    }
}
