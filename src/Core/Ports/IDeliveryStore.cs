using Nems.Core.Deliver;
using Nems.Core.Events;

namespace Nems.Core.Ports;

/// <summary>A delivery as an operator sees it.</summary>
public sealed record DeliveryRecord(
    DeliveryId Id, Place Place, long Number, DeliveryState State, int Attempts, DateTimeOffset? DueAt, bool IsAside, bool IsOvertaken);

/// <summary>Keeps deliveries and the health of destinations. Writes are durable once they return.</summary>
public interface IDeliveryStore
{
    /// <summary>From now on what is committed is handed to this inbox. Called once, before the first <see cref="WaitingAsync"/>.</summary>
    void HandOverTo(ILaneInbox inbox);

    /// <summary>Records an attempt. Safe to repeat. A delivery that is parked meanwhile stays parked unless it was delivered.</summary>
    Task RecordAsync(AttemptRecord record, CancellationToken cancel);

    /// <summary>Records the health of a destination's breaker.</summary>
    Task RecordHealthAsync(DestinationId destination, DestinationHealth health, CancellationToken cancel);

    /// <summary>Turns a destination off: all its open deliveries become parked, and so do those that come.</summary>
    Task TurnOffAsync(DestinationId destination, DateTimeOffset at, CancellationToken cancel);

    /// <summary>The destinations with open deliveries.</summary>
    ValueTask<IReadOnlyList<WaitingDestination>> WaitingAsync(CancellationToken cancel);

    /// <summary>Open deliveries of one destination after a number, in order of number; at most <paramref name="limit"/>. Bodies are not read.</summary>
    ValueTask<IReadOnlyList<OpenDelivery>> OpenAsync(DestinationId destination, long afterNumber, int limit, CancellationToken cancel);

    /// <summary>Open deliveries that stepped aside and are due at or before a moment, the earliest due first.</summary>
    ValueTask<IReadOnlyList<OpenDelivery>> AsideAsync(DestinationId destination, DateTimeOffset dueBy, int limit, CancellationToken cancel);

    /// <summary>A destination that some subscription named once; null when none did.</summary>
    ValueTask<Destination?> FindAsync(DestinationId id, CancellationToken cancel);

    ValueTask<DeliveryRecord?> ReadAsync(DeliveryId id, CancellationToken cancel);

    /// <summary>Deliveries of one destination in order of number, after a number.</summary>
    ValueTask<IReadOnlyList<DeliveryRecord>> ListAsync(DestinationId destination, long afterNumber, int limit, CancellationToken cancel);
}
