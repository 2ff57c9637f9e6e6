using Microsoft.Extensions.Options;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Ports;
using Nems.Core.Reference;
using Nems.Core.Subscribe;

namespace Nems.Core.Match;

/// <summary>
/// Finds the facts by which an event is matched (NEMS specification 6): from the source of demographics where there is one, from
/// the message itself where the source has no record, and the areas from reference data. A source that cannot answer gives no
/// facts at all: the event is matched later, never by guess.
/// </summary>
internal sealed class FactFinder(IDemographics demographics, IReferenceData reference, KeyedHash hash, IOptions<MatchOptions> options, TimeProvider clock)
{
    private readonly MatchOptions options = options.Value;

    /// <summary>The facts, or null and how long to wait when the source cannot answer within the given time.</summary>
    public async ValueTask<(MatchFacts? Facts, TimeSpan? RetryAfter)> FindAsync(
        EventMessage message, DateTimeOffset accepted, TimeSpan within, CancellationToken cancel)
    {
        var (patient, unavailable) = await AskAsync(message.Routing.NhsNumber, within, cancel);
        if (unavailable is not null) return (null, unavailable.RetryAfter);

        var resident = patient;
        if (message.Routing.ResidentNumber != message.Routing.NhsNumber)
        {
            (resident, unavailable) = await AskAsync(message.Routing.ResidentNumber, within, cancel);
            if (unavailable is not null) return (null, unavailable.RetryAfter);
        }

        return (FactsOf(message, patient, resident, accepted), null);
    }

    /// <summary>The source's word on a number: its record, null where it has none or there is no source, or that it cannot answer.</summary>
    private async ValueTask<(PatientRecord? Record, DemographicsAnswer.Unavailable? Unavailable)> AskAsync(NhsNumber? number, TimeSpan within, CancellationToken cancel)
    {
        if (number is null || !demographics.IsConfigured) return (null, null);
        var asking = demographics.LookUpAsync(number, options.FlagsNotOlderThan, cancel);
        try
        {
            var answer = asking.IsCompletedSuccessfully ? asking.Result : await asking.AsTask().WaitAsync(within, clock, cancel);
            return answer switch
            {
                DemographicsAnswer.Found found => (found.Record, null),
                DemographicsAnswer.NoRecord => (null, null),
                DemographicsAnswer.Unavailable unavailable => (null, unavailable),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (TimeoutException)
        {
            return (null, new DemographicsAnswer.Unavailable(null));
        }
    }

    private MatchFacts FactsOf(EventMessage message, PatientRecord? patient, PatientRecord? resident, DateTimeOffset accepted)
    {
        var asOf = patient?.AsOf ?? resident?.AsOf;
        if (patient is { MayFlow: false } || resident is { MayFlow: false }) return new MatchFacts([], null, null, IsFlagged: true, AsOf: asOf);

        var routing = message.Routing;
        List<string> keys = new(8);
        if (routing.NhsNumber is { } number) keys.Add(MatchKeys.Explicit(hash.Patient(number)));
        var follows = options.Superseded && patient?.SupersededBy is not null;
        if (follows) keys.Add(MatchKeys.Explicit(hash.Patient(patient!.SupersededBy!))); // both tested just above

        // A change of GP or address says itself what it changes; of anything else the source knows better than the message.
        var practice = message.Type == EventType.ChangeOfGp || resident is null ? routing.PracticeCode : resident.PracticeCode;
        AddPractice(keys, practice, message.Type);
        if (options.ChangeOfGp.Previous) AddPractice(keys, routing.PreviousPracticeCode, message.Type);

        AddHome(keys, message.Type == EventType.ChangeOfAddress || resident is null ? routing.HomePostcode : resident.HomePostcode, message.Type);
        AddHome(keys, routing.PreviousPostcode, message.Type);

        // The absence of a practice in a message says nothing, but in a change of GP (6.2, 6.4).
        var isRegistered = practice is not null ? true : message.Type == EventType.ChangeOfGp || resident is not null ? false : (bool?)null;
        var age = routing.BirthDate is { } born ? Matcher.AgeOn(message.OccurredOn ?? London.DateOf(accepted), born) : (int?)null;
        return new MatchFacts(keys, age, isRegistered, FollowedSuperseding: follows, AsOf: asOf);
    }

    private void AddPractice(List<string> keys, string? practice, EventType type)
    {
        if (practice is null) return;
        Add(keys, SubscriptionRule.Practice, practice, type);
        Add(keys, SubscriptionRule.PracticeSubLocation, reference.FindSubLocation(practice), type);
    }

    private void AddHome(List<string> keys, string? postcode, EventType type)
    {
        if (Postcode.Normalise(postcode) is not { } normalised || reference.FindPostcode(normalised) is not { } areas) return;
        Add(keys, SubscriptionRule.HomeSubLocation, areas.SubLocation, type);
        Add(keys, SubscriptionRule.HomeLocalAuthority, areas.LocalAuthority, type);
        Add(keys, SubscriptionRule.HomeCountry, areas.Country, type);
    }

    private static void Add(List<string> keys, SubscriptionRule rule, string? code, EventType type)
    {
        if (code is null) return;
        var key = MatchKeys.ByRule(rule, code, type);

        // A move inside one area fits by both addresses, and is one match.
        if (!keys.Contains(key)) keys.Add(key);
    }
}
