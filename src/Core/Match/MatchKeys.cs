using System.Diagnostics;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Subscribe;

namespace Nems.Core.Match;

/// <summary>The keys under which subscriptions are stored and events look for them (design decision 3.3). The one place that spells them.</summary>
internal static class MatchKeys
{
    /// <summary>The key of subscriptions to one patient: the same for every event type.</summary>
    internal static string Explicit(PatientKey patient) => KeyedHash.ExplicitMatchKey(patient);

    /// <summary>The key of subscriptions by a rule, for one event type. The code may be in any case.</summary>
    internal static string ByRule(SubscriptionRule rule, string code, EventType type) =>
        string.Concat(PrefixOf(rule), code.ToUpperInvariant(), ":", type.Code);

    /// <summary>The one key under which a subscription with these criteria is stored.</summary>
    internal static string Of(Criteria criteria, KeyedHash hash)
    {
        if (criteria.NhsNumber is { } number) return Explicit(hash.Patient(number));
        if (criteria is { Rule: { } rule, Organisation: { } code }) return ByRule(rule, code, criteria.Events[0]);
        throw new ArgumentException("Criteria are explicit or name a rule.", nameof(criteria));
    }

    private static string PrefixOf(SubscriptionRule rule) => rule switch
    {
        SubscriptionRule.Practice => "gp:",
        SubscriptionRule.PracticeSubLocation => "gpicb:",
        SubscriptionRule.HomeSubLocation => "icb:",
        SubscriptionRule.HomeLocalAuthority => "la:",
        SubscriptionRule.HomeCountry => "country:",
        _ => throw new UnreachableException(),
    };
}
