using Nems.Core.Events;
using Nems.Core.Publish;
using Nems.Core.Subscribe;

namespace Nems.Core.Match;

/// <summary>Pure: whether a subscription wants an event, and which deliveries follow (NEMS specification 6).</summary>
public static class Matcher
{
    /// <summary>Whether a subscription that was found under one of the event's keys wants it.</summary>
    public static bool Wants(Subscription subscription, EventType type, MatchFacts facts, DateTimeOffset accepted)
    {
        // Asked of every rule that covers the patient, of which there may be hundreds: what turns most away comes first, and nothing is allocated.
        return (subscription.Events >> type.Index & 1) != 0 && HoldAges(subscription.Ages, facts.Age) && subscription.GpRegistration switch
        {
            GpRegistration.Any => true,
            GpRegistration.RegisteredOnly => facts.IsRegistered == true,
            GpRegistration.UnregisteredOnly => facts.IsRegistered == false,
        } && subscription.IsInForce(accepted);
    }

    private static bool HoldAges(IReadOnlyList<AgeFilter> ages, int? years)
    {
        for (var index = 0; index < ages.Count; index++)
        {
            if (years is not { } known || !ages[index].Holds(known)) return false;
        }

        return true;
    }

    /// <summary>One delivery for each destination, listing its subscriptions that want the event in order of creation, then id.</summary>
    public static IReadOnlyList<PlannedDelivery> Plan(List<Subscription> candidates, EventType type, MatchFacts facts, DateTimeOffset accepted)
    {
        candidates.RemoveAll(candidate => !Wants(candidate, type, facts, accepted));
        switch (candidates)
        {
            case []:
                return [];
            case [var only]:
                return [new PlannedDelivery(only.Destination, [new MatchedSubscription(only.Id, only.Tag)])];
            default:
                return
                [
                    .. candidates
                        .DistinctBy(candidate => candidate.Id)
                        .OrderBy(candidate => candidate.CreatedAt).ThenBy(candidate => candidate.Id.Value)
                        .GroupBy(candidate => candidate.Destination.Id)
                        .Select(group => new PlannedDelivery(
                            group.First().Destination, [.. group.Select(matched => new MatchedSubscription(matched.Id, matched.Tag))])),
                ];
        }
    }

    /// <summary>Years completed on a day; born on 29 February, a year is completed on 1 March of other years.</summary>
    public static int AgeOn(DateOnly day, DateOnly born)
    {
        var years = day.Year - born.Year;
        return (day.Month, day.Day).CompareTo((born.Month, born.Day)) < 0 ? years - 1 : years;
    }
}
