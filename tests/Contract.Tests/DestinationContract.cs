using Nems.Core.Deliver;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>Destinations: their health is kept, and one that is off parks what waits and what comes.</summary>
public abstract class DestinationContract(Backend backend) : ContractTest(backend)
{
    private static readonly Destination Hook = ADestination.Webhook();
    private static readonly Destination Other = ADestination.Webhook("other");

    [Fact]
    public async Task Those_with_open_deliveries_are_waiting()
    {
        await AddADeliveryAsync(Hook);
        var (id, place) = await AddADeliveryAsync(Other);
        await Backend.Deliveries.RecordAsync(AnAttempt.Delivered(id, place), Cancel);

        var waiting = Assert.Single(await Backend.Deliveries.WaitingAsync(Cancel));

        Assert.Equivalent(Hook, waiting.Destination, strict: true);
        Assert.Equal(DestinationHealth.Healthy, waiting.Health);
    }

    [Fact]
    public async Task Health_is_kept_over_a_restart()
    {
        await AddADeliveryAsync(Hook);
        await AddADeliveryAsync(Other);
        var health = new DestinationHealth(false, Now.AddMinutes(-10), Now.AddMinutes(-5), 3, Now.AddSeconds(30), TimeSpan.FromHours(2));

        await Backend.Deliveries.RecordHealthAsync(Hook.Id, health, Cancel);
        await Backend.RestartAsync();

        var waiting = (await Backend.Deliveries.WaitingAsync(Cancel)).ToDictionary(each => each.Destination.Id, each => each.Health);
        Assert.Equal(health, waiting[Hook.Id]);
        Assert.Equal(DestinationHealth.Healthy, waiting[Other.Id]);
    }

    [Fact]
    public async Task Health_recorded_again_replaces_what_was_there()
    {
        await AddADeliveryAsync(Hook);

        await Backend.Deliveries.RecordHealthAsync(Hook.Id, new DestinationHealth(false, Now, Now, 1, Now, TimeSpan.FromHours(1)), Cancel);
        await Backend.Deliveries.RecordHealthAsync(Hook.Id, DestinationHealth.Healthy, Cancel);

        Assert.Equal(DestinationHealth.Healthy, Assert.Single(await Backend.Deliveries.WaitingAsync(Cancel)).Health);
    }

    [Fact]
    public async Task Turning_off_parks_the_open_ones_alone()
    {
        var (open, _) = await AddADeliveryAsync(Hook);
        var (done, donePlace) = await AddADeliveryAsync(Hook);
        var (dead, deadPlace) = await AddADeliveryAsync(Hook);
        var (elsewhere, _) = await AddADeliveryAsync(Other);
        await Backend.Deliveries.RecordAsync(AnAttempt.Delivered(done, donePlace), Cancel);
        await Backend.Deliveries.RecordAsync(AnAttempt.Dead(dead, deadPlace, attempt: 11), Cancel);

        await Backend.Deliveries.TurnOffAsync(Hook.Id, Now, Cancel);

        Assert.Equal(DeliveryState.Parked, (await ReadAsync(open)).State);
        Assert.Equal(DeliveryState.Delivered, (await ReadAsync(done)).State);
        Assert.Equal(DeliveryState.Dead, (await ReadAsync(dead)).State);
        Assert.Equal(DeliveryState.Open, (await ReadAsync(elsewhere)).State);
        Assert.Empty(await OpenAsync(Hook));
    }

    [Fact]
    public async Task While_a_destination_is_off_what_comes_is_numbered_and_parked_also_after_a_restart()
    {
        await AddADeliveryAsync(Hook);
        await Backend.Deliveries.TurnOffAsync(Hook.Id, Now, Cancel);

        var (before, _) = await AddADeliveryAsync(Hook);
        await Backend.RestartAsync();
        var (after, _) = await AddADeliveryAsync(Hook);

        Assert.Equal((DeliveryState.Parked, 2L), ((await ReadAsync(before)).State, (await ReadAsync(before)).Number));
        Assert.Equal((DeliveryState.Parked, 3L), ((await ReadAsync(after)).State, (await ReadAsync(after)).Number));
        Assert.Empty(await Backend.Deliveries.WaitingAsync(Cancel));
    }

    [Fact]
    public async Task Turning_off_races_with_accepts_and_leaves_none_open()
    {
        await AddADeliveryAsync(Hook);

        await RaceAsync(80, async index =>
        {
            if (index == 40) await Backend.Deliveries.TurnOffAsync(Hook.Id, Now, Cancel);
            else await AddADeliveryAsync(Hook);
            return true;
        });

        Assert.Empty(await OpenAsync(Hook));
        Assert.Equal(80, (await ListAsync(Hook)).Count(record => record.State == DeliveryState.Parked));
    }

    [Fact]
    public async Task What_is_parked_stays_parked_unless_it_was_delivered()
    {
        var (failed, failedPlace) = await AddADeliveryAsync(Hook);
        var (given, givenPlace) = await AddADeliveryAsync(Hook);
        var (taken, takenPlace) = await AddADeliveryAsync(Hook);
        await Backend.Deliveries.TurnOffAsync(Hook.Id, Now, Cancel);

        await Backend.Deliveries.RecordAsync(AnAttempt.Failed(failed, failedPlace), Cancel);
        await Backend.Deliveries.RecordAsync(AnAttempt.Dead(given, givenPlace, attempt: 11), Cancel);
        await Backend.Deliveries.RecordAsync(AnAttempt.Delivered(taken, takenPlace), Cancel);

        Assert.Equal(DeliveryState.Parked, (await ReadAsync(failed)).State);
        Assert.Equal(DeliveryState.Parked, (await ReadAsync(given)).State);
        Assert.Equal(DeliveryState.Delivered, (await ReadAsync(taken)).State);
    }

    [Fact]
    public async Task A_new_subscription_turns_a_destination_on_with_its_health_forgotten_and_what_is_parked_left_parked()
    {
        var (parked, _) = await AddADeliveryAsync(Hook);
        await Backend.Deliveries.RecordHealthAsync(Hook.Id, new DestinationHealth(false, Now, Now, 4, Now, TimeSpan.Zero), Cancel);
        await Backend.Deliveries.TurnOffAsync(Hook.Id, Now, Cancel);

        await Backend.Subscriptions.CreateAsync((ASubscription.To(AnEvent.SomePatient()) with { Destination = Hook }).Stored(), ASubscription.SomeDuplicateKey(), Cancel);
        var (comes, _) = await AddADeliveryAsync(Hook);

        Assert.Equal(DeliveryState.Open, (await ReadAsync(comes)).State);
        Assert.Equal(DeliveryState.Parked, (await ReadAsync(parked)).State);
        Assert.Equal(DestinationHealth.Healthy, Assert.Single(await Backend.Deliveries.WaitingAsync(Cancel)).Health);
        Assert.Equal(comes, Assert.Single(await OpenAsync(Hook)).Id);
    }

    [Fact]
    public async Task Turning_off_twice_changes_nothing()
    {
        var (id, _) = await AddADeliveryAsync(Hook);

        await Backend.Deliveries.TurnOffAsync(Hook.Id, Now, Cancel);
        await Backend.Deliveries.TurnOffAsync(Hook.Id, Now, Cancel);

        Assert.Equal(DeliveryState.Parked, (await ReadAsync(id)).State);
    }

    [Fact]
    public async Task A_destination_that_a_subscription_named_is_found_whole_before_any_delivery()
    {
        var secretive = ADestination.Webhook("with-headers", "RR8", "Authorization: Bearer abc", "X-Route: 7") with { SignAsymmetrically = true };

        await Backend.Subscriptions.CreateAsync((ASubscription.To(AnEvent.SomePatient()) with { Destination = secretive }).Stored(), ASubscription.SomeDuplicateKey(), Cancel);
        var before = await Backend.Deliveries.FindAsync(secretive.Id, Cancel);
        await Backend.RestartAsync();

        Assert.Equivalent(secretive, before, strict: true);
        Assert.Equivalent(secretive, await Backend.Deliveries.FindAsync(secretive.Id, Cancel), strict: true);
    }
}
