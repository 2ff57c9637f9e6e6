using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Deliver;
using Nems.Core.Ports;

namespace Nems.Journey.Tests.Delivering;

/// <summary>The service's own store of deliveries, whose records of attempts wait while a test holds them.</summary>
internal sealed class SlowRecords(IDeliveryStore store) : IDeliveryStore
{
    private volatile TaskCompletionSource gate = Open();

    public static void Use(IServiceCollection services, Action<SlowRecords> made)
    {
        var registered = services.Single(service => service.ServiceType == typeof(IDeliveryStore));
        services.Remove(registered);
        services.AddSingleton<IDeliveryStore>(provider =>
        {
            var slow = new SlowRecords((IDeliveryStore)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!));
            made(slow);
            return slow;
        });
    }

    public void Hold() => gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => gate.SetResult();

    public async Task RecordAsync(AttemptRecord record, CancellationToken cancel)
    {
        await gate.Task;
        await store.RecordAsync(record, cancel);
    }

    public void HandOverTo(ILaneInbox inbox) => store.HandOverTo(inbox);

    public Task RecordHealthAsync(DestinationId destination, DestinationHealth health, CancellationToken cancel) => store.RecordHealthAsync(destination, health, cancel);

    public Task TurnOffAsync(DestinationId destination, DateTimeOffset at, CancellationToken cancel) => store.TurnOffAsync(destination, at, cancel);

    public ValueTask<IReadOnlyList<WaitingDestination>> WaitingAsync(CancellationToken cancel) => store.WaitingAsync(cancel);

    public ValueTask<IReadOnlyList<OpenDelivery>> OpenAsync(DestinationId destination, long afterNumber, int limit, CancellationToken cancel) =>
        store.OpenAsync(destination, afterNumber, limit, cancel);

    public ValueTask<IReadOnlyList<OpenDelivery>> AsideAsync(DestinationId destination, DateTimeOffset dueBy, int limit, CancellationToken cancel) =>
        store.AsideAsync(destination, dueBy, limit, cancel);

    public ValueTask<Destination?> FindAsync(DestinationId id, CancellationToken cancel) => store.FindAsync(id, cancel);

    public ValueTask<DeliveryRecord?> ReadAsync(DeliveryId id, CancellationToken cancel) => store.ReadAsync(id, cancel);

    public ValueTask<IReadOnlyList<DeliveryRecord>> ListAsync(DestinationId destination, long afterNumber, int limit, CancellationToken cancel) =>
        store.ListAsync(destination, afterNumber, limit, cancel);

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
