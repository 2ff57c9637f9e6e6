using Nems.Core.Events;
using Nems.Core.Publish;

namespace Nems.Core.Ports;

/// <summary>Keeps accepted events.</summary>
public interface IEventStore
{
    /// <summary>
    /// Accepts an event with its deliveries as one: all or nothing, durable once it returns. Gives the event its place and each
    /// delivery its number, both in the order of commit. With a <paramref name="claim"/> the same key is accepted once, also in a race.
    /// </summary>
    Task<AcceptOutcome> AcceptAsync(
        NewEvent accepted, IReadOnlyList<PlannedDelivery> deliveries, IdempotencyClaim? claim, CancellationToken cancel);

    /// <summary>The accepted bytes. One read, bounded by the size limit of an event.</summary>
    ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(Place place, CancellationToken cancel);

    /// <summary>False while the store cannot write (disk full, disk gone): publishing answers 503 and sending pauses.</summary>
    bool IsWritable { get; }
}
