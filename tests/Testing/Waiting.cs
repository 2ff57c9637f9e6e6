using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Lanes;
using Nems.Core.Ports;
using Nems.Core.Subscribe;

namespace Nems.Testing;

/// <summary>Looks into a running service and waits until what a test expects is so; fails after a deadline.</summary>
public static class Waiting
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);

    public static LaneBoard Lanes(this NemsUnderTest nems) => nems.Services.GetRequiredService<LaneBoard>();

    /// <summary>The destination that a subscription names.</summary>
    public static async Task<DestinationId> DestinationOfAsync(this NemsUnderTest nems, string subscription)
    {
        var id = SubscriptionId.TryParse(subscription, out var parsed) ? parsed : throw new ArgumentException("No subscription id.", nameof(subscription));
        var stored = await nems.Services.GetRequiredService<ISubscriptionStore>().ReadAsync(id, CancellationToken.None);
        return stored!.Subscription.Destination.Id;
    }

    /// <summary>What a lane holds; nothing and healthy when it was never used.</summary>
    public static LaneLook LaneOf(this NemsUnderTest nems, DestinationId destination) =>
        nems.Lanes().Look().SingleOrDefault(lane => lane.Destination == destination) ?? new LaneLook(destination, 0, 0, 0, DestinationHealth.Healthy);

    public static async Task<DeliveryRecord> DeliveryAsync(this NemsUnderTest nems, EventId @event, DestinationId destination) =>
        await nems.Deliveries.ReadAsync(new DeliveryId(@event, destination), CancellationToken.None)
        ?? throw new InvalidOperationException("There is no such delivery.");

    /// <summary>Waits until a delivery is recorded as the condition says.</summary>
    public static async Task<DeliveryRecord> UntilAsync(this NemsUnderTest nems, EventId @event, DestinationId destination, Func<DeliveryRecord, bool> condition)
    {
        DeliveryRecord? seen = null;
        await UntilAsync(async () => condition(seen = await nems.DeliveryAsync(@event, destination)), () => $"the delivery is {seen}");
        return seen!;
    }

    /// <summary>Waits until a lane looks as the condition says.</summary>
    public static async Task<LaneLook> UntilAsync(this NemsUnderTest nems, DestinationId destination, Func<LaneLook, bool> condition)
    {
        LaneLook? seen = null;
        await UntilAsync(() => ValueTask.FromResult(condition(seen = nems.LaneOf(destination))), () => $"the lane is {seen}");
        return seen!;
    }

    /// <summary>Waits until every delivery of a destination is recorded as finished, and gives them.</summary>
    public static async Task<IReadOnlyList<DeliveryRecord>> FinishedAsync(this NemsUnderTest nems, DestinationId destination, int count)
    {
        IReadOnlyList<DeliveryRecord> seen = [];
        await UntilAsync(
            async () =>
            {
                seen = await nems.Deliveries.ListAsync(destination, 0, count + 1, CancellationToken.None);
                return seen.Count >= count && seen.All(delivery => delivery.State != DeliveryState.Open);
            },
            () => $"{seen.Count} deliveries, of which open {seen.Count(delivery => delivery.State == DeliveryState.Open)}");
        return seen;
    }

    /// <summary>
    /// Lets the service's clock go on step by step until the condition holds, never while an attempt is under way, whose limit
    /// it would cut short; gives how much time passed on it.
    /// </summary>
    public static async Task<TimeSpan> PassUntilAsync(this NemsUnderTest nems, Func<bool> condition, TimeSpan step, TimeSpan atMost)
    {
        var clock = nems.Clock ?? throw new InvalidOperationException("The test has no clock of its own.");
        var start = clock.GetUtcNow();
        while (!condition())
        {
            if (clock.GetUtcNow() - start > atMost) throw new TimeoutException($"Not within {atMost} of the service's clock. Lanes: {string.Join("; ", nems.Lanes().Look())}");
            await UntilAsync(() => condition() || nems.Lanes().Look().All(lane => lane.InFlight == 0), () => "an attempt does not end");
            if (condition()) break;
            clock.Advance(step);
            for (var turn = 0; turn < 2 && !condition(); turn++) await PauseAsync(CancellationToken.None);
        }

        return clock.GetUtcNow() - start;
    }

    /// <summary>Waits until the condition holds.</summary>
    public static Task UntilAsync(Func<bool> condition, Func<string> otherwise) => UntilAsync(() => ValueTask.FromResult(condition()), otherwise);

    private static async Task UntilAsync(Func<ValueTask<bool>> condition, Func<string> otherwise)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await condition())
        {
            try
            {
                await PauseAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"What was waited for did not come: {otherwise()}");
            }
        }
    }

    private static Task PauseAsync(CancellationToken cancel) => Task.Delay(Between, TimeProvider.System, cancel);
}
