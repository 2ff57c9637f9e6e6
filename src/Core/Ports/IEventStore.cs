using Nems.Core.Events;
using Nems.Core.Match;
using Nems.Core.Publish;

namespace Nems.Core.Ports;

/// <summary>Keeps accepted events.</summary>
public interface IEventStore
{
    /// <summary>
    /// Accepts an event with its deliveries as one: all or nothing, durable once it returns. Gives the event its place and each
    /// delivery its number, both in the order of commit. With a <paramref name="claim"/> the same key is accepted once, also in a race.
    /// Without <paramref name="deliveries"/> (its facts are not at hand), or while an earlier event of its patient waits to be matched,
    /// it is accepted unmatched.
    /// </summary>
    Task<AcceptOutcome> AcceptAsync(
        NewEvent accepted, IReadOnlyList<PlannedDelivery>? deliveries, IdempotencyClaim? claim, CancellationToken cancel);

    /// <summary>
    /// Matches an event that was accepted unmatched: its facts and deliveries as one, durable once it returns. Safe to repeat: an
    /// event that is matched already stays as it is. Called in the order of places for each patient.
    /// </summary>
    Task MatchAsync(UnmatchedEvent unmatched, MatchFacts facts, IReadOnlyList<PlannedDelivery> deliveries, long rightsVersion, CancellationToken cancel);

    /// <summary>Events that wait to be matched, after a place, in order of place; at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<UnmatchedEvent>> UnmatchedAsync(Place after, int limit, CancellationToken cancel);

    /// <summary>From now on events that are accepted unmatched are handed to this inbox, in the order of commit, on the thread that committed.</summary>
    void HandOverTo(IUnmatchedInbox inbox);

    /// <summary>The accepted bytes. One read, bounded by the size limit of an event.</summary>
    ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(Place place, CancellationToken cancel);

    /// <summary>False while the store cannot write (disk full, disk gone): publishing answers 503 and sending pauses.</summary>
    bool IsWritable { get; }
}
