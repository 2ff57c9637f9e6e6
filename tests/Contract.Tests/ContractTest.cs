using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Ports;
using Nems.Core.Publish;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>Owns start and end of the backend. A contract is written once below this and proved on every backend by a derived class without a body.</summary>
public abstract class ContractTest(Backend backend) : IAsyncLifetime
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected Backend Backend => backend;

    protected DateTimeOffset Now => backend.Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => await backend.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await backend.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Accepts an event for some destinations and gives its place.</summary>
    protected async Task<Place> AcceptAsync(NewEvent accepted, params Destination[] destinations)
    {
        var outcome = await backend.Events.AcceptAsync(accepted, [.. destinations.Select(destination => AnEvent.For(destination))], null, Cancel);
        return Assert.IsType<AcceptOutcome.Accepted>(outcome).Place;
    }

    /// <summary>Accepts some event for one destination and gives the delivery.</summary>
    protected async Task<(DeliveryId Id, Place Place)> AddADeliveryAsync(Destination destination)
    {
        var accepted = AnEvent.Death();
        return (new DeliveryId(accepted.Id, destination.Id), await AcceptAsync(accepted, destination));
    }

    protected async Task<DeliveryRecord> ReadAsync(DeliveryId id)
    {
        var record = await backend.Deliveries.ReadAsync(id, Cancel);
        Assert.NotNull(record);
        return record;
    }

    protected ValueTask<IReadOnlyList<OpenDelivery>> OpenAsync(Destination destination) =>
        backend.Deliveries.OpenAsync(destination.Id, default, 1000, Cancel);

    protected ValueTask<IReadOnlyList<DeliveryRecord>> ListAsync(Destination destination) =>
        backend.Deliveries.ListAsync(destination.Id, 0, 1000, Cancel);

    /// <summary>Starts all at once, so that they race.</summary>
    protected static async Task<TResult[]> RaceAsync<TResult>(int runners, Func<int, Task<TResult>> run)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = Enumerable.Range(0, runners).Select(async index =>
        {
            await start.Task;
            return await run(index);
        }).ToArray();
        start.SetResult();
        return await Task.WhenAll(all);
    }
}
