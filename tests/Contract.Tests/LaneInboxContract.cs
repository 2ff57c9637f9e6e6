using System.Collections.Concurrent;
using Nems.Core.Deliver;
using Nems.Core.Ports;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>Hand-over to the lanes: after the commit, in its order, and only what the lane may send.</summary>
public abstract class LaneInboxContract(Backend backend) : ContractTest(backend)
{
    private static readonly Destination Hook = ADestination.Webhook();
    private static readonly Destination Other = ADestination.Webhook("other");

    [Fact]
    public async Task What_is_handed_over_is_already_in_the_store()
    {
        var missing = new ConcurrentQueue<DeliveryId>();
        var inbox = new Inbox(delivery =>
        {
            var read = Backend.Deliveries.ReadAsync(delivery.Id, CancellationToken.None);
            if (!read.IsCompletedSuccessfully || read.Result is null) missing.Enqueue(delivery.Id);
        });
        Backend.Deliveries.HandOverTo(inbox);

        await RaceAsync(100, _ => AcceptAsync(AnEvent.Death(), Hook));

        await inbox.HasAsync(100);
        Assert.Empty(missing);
    }

    [Fact]
    public async Task Hand_over_is_in_the_order_of_commit()
    {
        var inbox = new Inbox();
        Backend.Deliveries.HandOverTo(inbox);

        await RaceAsync(200, index => AcceptAsync(AnEvent.Death(), index % 3 == 0 ? [Hook, Other] : [Hook]));

        var arrived = await inbox.HasAsync(267);
        Assert.Equal(arrived.Select(delivery => delivery.Place).Order(), arrived.Select(delivery => delivery.Place));
        Assert.Equal(Enumerable.Range(1, 200).Select(number => (long)number), arrived.Where(delivery => delivery.Id.Destination == Hook.Id).Select(delivery => delivery.Number));
        Assert.Equal(Enumerable.Range(1, 67).Select(number => (long)number), arrived.Where(delivery => delivery.Id.Destination == Other.Id).Select(delivery => delivery.Number));
    }

    [Fact]
    public async Task What_is_handed_over_says_what_was_accepted()
    {
        var inbox = new Inbox();
        Backend.Deliveries.HandOverTo(inbox);
        var accepted = AnEvent.ChangeOfAddress() with { RightsVersion = 7 };
        var planned = AnEvent.For(Hook);

        await Backend.Events.AcceptAsync(accepted, [planned], null, Cancel);

        var delivery = Assert.Single(await inbox.HasAsync(1));
        var stored = Assert.Single(await OpenAsync(Hook));
        Assert.Equal(new DeliveryId(accepted.Id, Hook.Id), delivery.Id);
        Assert.Equal((stored.Place, stored.Number, stored.Type, stored.Form, stored.Patient), (delivery.Place, delivery.Number, delivery.Type, delivery.Form, delivery.Patient));
        Assert.Equal(planned.Subscriptions, delivery.Subscriptions);
        Assert.Equal(7, delivery.RightsVersion);
        Assert.True(delivery.Body is null || delivery.Body.Bytes.Span.SequenceEqual(accepted.Body.Span));
    }

    [Fact]
    public async Task A_repeat_under_a_key_is_not_handed_over()
    {
        var inbox = new Inbox();
        Backend.Deliveries.HandOverTo(inbox);
        var claim = AnEvent.SomeClaim();

        await RaceAsync(20, _ => Backend.Events.AcceptAsync(AnEvent.Death(), [AnEvent.For(Hook)], claim, Cancel));
        await AcceptAsync(AnEvent.Death(), Other);

        Assert.Equal([Hook.Id, Other.Id], (await inbox.HasAsync(2)).Select(delivery => delivery.Id.Destination));
    }

    [Fact]
    public async Task What_comes_for_a_destination_that_is_off_is_not_handed_over()
    {
        await AcceptAsync(AnEvent.Death(), Hook);
        await Backend.Deliveries.TurnOffAsync(Hook.Id, Now, Cancel);
        var inbox = new Inbox();
        Backend.Deliveries.HandOverTo(inbox);

        await AcceptAsync(AnEvent.Death(), Hook, Other);

        Assert.Equal(Other.Id, Assert.Single(await inbox.HasAsync(1)).Id.Destination);
    }

    [Fact]
    public async Task The_inbox_is_told_when_a_new_subscription_turns_a_destination_on()
    {
        var inbox = new Inbox();
        Backend.Deliveries.HandOverTo(inbox);
        await AcceptAsync(AnEvent.Death(), Hook);
        await Backend.Deliveries.TurnOffAsync(Hook.Id, Now, Cancel);

        await Backend.Subscriptions.CreateAsync((ASubscription.To(AnEvent.SomePatient()) with { Destination = Other }).Stored(), ASubscription.SomeDuplicateKey(), Cancel);
        await Backend.Subscriptions.CreateAsync((ASubscription.To(AnEvent.SomePatient()) with { Destination = Hook }).Stored(), ASubscription.SomeDuplicateKey(), Cancel);
        await Backend.Subscriptions.CreateAsync((ASubscription.To(AnEvent.SomePatient()) with { Destination = Hook }).Stored(), ASubscription.SomeDuplicateKey(), Cancel);

        await Eventually.HoldsAsync(() => inbox.TurnedOnOnes.Count > 0, "the inbox was told");
        Assert.Equal([Hook.Id], inbox.TurnedOnOnes);
    }

    private sealed class Inbox(Action<OpenDelivery>? look = null) : ILaneInbox
    {
        private readonly ConcurrentQueue<OpenDelivery> arrived = new();
        private readonly ConcurrentQueue<DestinationId> turnedOn = new();

        public IReadOnlyList<DestinationId> TurnedOnOnes => [.. turnedOn];

        public void Arrived(Destination destination, OpenDelivery delivery)
        {
            look?.Invoke(delivery);
            arrived.Enqueue(delivery);
        }

        public void TurnedOn(DestinationId destination) => turnedOn.Enqueue(destination);

        public async Task<IReadOnlyList<OpenDelivery>> HasAsync(int count)
        {
            await Eventually.HoldsAsync(() => arrived.Count >= count, $"{count} deliveries were handed over");
            return [.. arrived];
        }
    }
}
