using Microsoft.Extensions.Logging;
using Nems.Core.Fhir;
using Nems.Core.Ports;
using Nems.Core.Subscribe;
using EventId = Nems.Core.Events.EventId;

namespace Nems.Core.Match;

/// <summary>Use case: matches one event whose facts were not at hand when it was accepted, by the subscriptions in force at that moment.</summary>
internal sealed partial class MatchLater(
    IEventStore events, ISubscriptionStore subscriptions, EventMessageReader reader, FactFinder factFinder, ILogger<MatchLater> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Null when it was matched; otherwise how long the source asked to wait (zero when it did not say).</summary>
    public async Task<TimeSpan?> MatchAsync(UnmatchedEvent unmatched, CancellationToken cancel)
    {
        var body = await events.ReadBodyAsync(unmatched.Place, cancel);
        if (reader.Read(body, unmatched.Form, null).Message is not { } message)
            throw new InvalidOperationException("An accepted body can no longer be read.");

        var rightsVersion = subscriptions.RightsVersion;
        var (facts, retryAfter) = await factFinder.FindAsync(message, unmatched.AcceptedAt, Patience, cancel);
        if (facts is null) return retryAfter ?? TimeSpan.Zero;

        List<Subscription> candidates = [];
        await subscriptions.CandidatesAsync(facts.Keys, candidates, cancel);
        var deliveries = Matcher.Plan(candidates, unmatched.Type, facts, unmatched.AcceptedAt);
        await events.MatchAsync(unmatched, facts, deliveries, rightsVersion, cancel);
        LogMatched(unmatched.Id, unmatched.Type.Code, deliveries.Count);
        return null;
    }

    [LoggerMessage(EventId = 2001, EventName = "event.matched-later", Level = LogLevel.Information, Message = "Event {Event} of type {Type} was matched later: {Deliveries} deliveries")]
    private partial void LogMatched(EventId @event, string type, int deliveries);
}
