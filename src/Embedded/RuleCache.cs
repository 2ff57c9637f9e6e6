using System.Collections.Concurrent;
using Nems.Core.Subscribe;

namespace Nems.Embedded;

/// <summary>
/// Rule subscriptions in memory, by match key: they are few and read by every event. Changed by the writer alone after each
/// commit, so that the next match sees a change; read without a lock. One that has ended stays: an event that was accepted
/// before the end may be matched after it.
/// </summary>
internal sealed class RuleCache
{
    private readonly ConcurrentDictionary<string, Subscription[]> byKey = new(StringComparer.Ordinal);

    public void Add(Subscription subscription) =>
        byKey.AddOrUpdate(subscription.MatchKey, [subscription], (_, held) => [.. held, subscription]);

    public void Load(IEnumerable<Subscription> subscriptions)
    {
        foreach (var group in subscriptions.GroupBy(subscription => subscription.MatchKey))
            byKey[group.Key] = byKey.TryGetValue(group.Key, out var held) ? [.. held, .. group] : [.. group];
    }

    public void Remove(string matchKey, SubscriptionId id)
    {
        if (!byKey.TryGetValue(matchKey, out var held)) return;
        Subscription[] rest = [.. held.Where(subscription => subscription.Id != id)];
        if (rest.Length > 0) byKey[matchKey] = rest;
        else byKey.TryRemove(matchKey, out _);
    }

    public void Replace(Subscription subscription) => Change(subscription.MatchKey, subscription.Id, _ => subscription);

    public void TurnOff(string matchKey, SubscriptionId id) => Change(matchKey, id, held => held with { State = SubscriptionState.Off });

    public void AddTo(string matchKey, ICollection<Subscription> found)
    {
        if (!byKey.TryGetValue(matchKey, out var held)) return;
        if (found is List<Subscription> list)
        {
            list.AddRange(held);
            return;
        }

        foreach (var subscription in held) found.Add(subscription);
    }

    private void Change(string matchKey, SubscriptionId id, Func<Subscription, Subscription> change)
    {
        if (byKey.TryGetValue(matchKey, out var held))
            byKey[matchKey] = [.. held.Select(subscription => subscription.Id == id ? change(subscription) : subscription)];
    }
}
