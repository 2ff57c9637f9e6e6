using Nems.Core.Deliver;
using Nems.Core.Ports;

namespace Nems.CrashHost;

/// <summary>The store as shipped; tells how many deliveries it committed and handed over.</summary>
internal sealed class CountingDeliveryStore(IDeliveryStore inner, CrashPoint crash) : IDeliveryStore
{
    public void HandOverTo(ILaneInbox inbox) => inner.HandOverTo(new CountingInbox(inbox, crash));

    public Task RecordAsync(AttemptRecord record, CancellationToken cancel) => inner.RecordAsync(record, cancel);

    public Task RecordHealthAsync(DestinationId destination, DestinationHealth health, CancellationToken cancel) =>
        inner.RecordHealthAsync(destination, health, cancel);

    public Task TurnOffAsync(DestinationId destination, DateTimeOffset at, CancellationToken cancel) => inner.TurnOffAsync(destination, at, cancel);

    public ValueTask<IReadOnlyList<WaitingDestination>> WaitingAsync(CancellationToken cancel) => inner.WaitingAsync(cancel);

    public ValueTask<IReadOnlyList<OpenDelivery>> OpenAsync(DestinationId destination, long afterNumber, int limit, CancellationToken cancel) =>
        inner.OpenAsync(destination, afterNumber, limit, cancel);

    public ValueTask<IReadOnlyList<OpenDelivery>> AsideAsync(DestinationId destination, DateTimeOffset dueBy, int limit, CancellationToken cancel) =>
        inner.AsideAsync(destination, dueBy, limit, cancel);

    public ValueTask<Destination?> FindAsync(DestinationId id, CancellationToken cancel) => inner.FindAsync(id, cancel);

    public ValueTask<DeliveryRecord?> ReadAsync(DeliveryId id, CancellationToken cancel) => inner.ReadAsync(id, cancel);

    public ValueTask<IReadOnlyList<DeliveryRecord>> ListAsync(DestinationId destination, long afterNumber, int limit, CancellationToken cancel) =>
        inner.ListAsync(destination, afterNumber, limit, cancel);

    private sealed class CountingInbox(ILaneInbox inner, CrashPoint crash) : ILaneInbox
    {
        public void Arrived(Destination destination, OpenDelivery delivery)
        {
            crash.DeliveryCommitted();
            inner.Arrived(destination, delivery);
        }

        public void TurnedOn(DestinationId destination) => inner.TurnedOn(destination);
    }
}
