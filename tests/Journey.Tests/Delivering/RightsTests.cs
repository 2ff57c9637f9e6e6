using Nems.Core.Deliver;
using Nems.Testing;

namespace Nems.Journey.Tests.Delivering;

public sealed class RightsTests
{
    [Fact]
    public async Task What_waits_when_its_subscription_is_deleted_is_withheld_and_keeps_its_number()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        await nems.Client.SubscribeAsync(Patients.Sam, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        subscriber.Answers(_ => 503);
        var waiting = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        var behind = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
        await nems.UntilAsync(waiting, destination, delivery => delivery.Attempts == 1);

        using (var answer = await nems.Client.DeleteSubscriptionAsync(id)) Assert.True(answer.IsSuccessStatusCode);
        subscriber.Answers(_ => 200);
        nems.Clock!.Advance(TimeSpan.FromSeconds(5));

        var withheld = await nems.UntilAsync(waiting, destination, delivery => delivery.State != DeliveryState.Open);
        Assert.Equal((DeliveryState.Withheld, 1L), (withheld.State, withheld.Number));
        Assert.Equal(DeliveryState.Withheld, (await nems.UntilAsync(behind, destination, delivery => delivery.State != DeliveryState.Open)).State);
        var next = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Sam));
        Assert.Equal(3, (await nems.UntilAsync(next, destination, delivery => delivery.State == DeliveryState.Delivered)).Number);
        Assert.Equal([1, 3], subscriber.Begun.Select(request => request.Sequence));
    }

    [Fact]
    public async Task Of_two_subscriptions_the_one_that_stands_is_served_and_the_deleted_one_is_no_longer_listed()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var (deleted, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url(), tag: "ward-7");
        nems.Clock!.Advance(TimeSpan.FromSeconds(1));
        var (stands, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url(), tag: "ward-8");
        var destination = await nems.DestinationOfAsync(stands);
        subscriber.Answers(_ => subscriber.Begun.Count == 1 ? 503 : 200);
        var accepted = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.UntilAsync(accepted, destination, delivery => delivery.Attempts == 1);

        using (var answer = await nems.Client.DeleteSubscriptionAsync(deleted)) Assert.True(answer.IsSuccessStatusCode);
        nems.Clock.Advance(TimeSpan.FromSeconds(5));

        await nems.UntilAsync(accepted, destination, delivery => delivery.State == DeliveryState.Delivered);
        Assert.Equal([$"{deleted}|ward-7~~~{stands}|ward-8", $"{stands}|ward-8"], subscriber.All.Select(request => request.Headers["Nems-Subscriptions"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_waits_when_the_registry_takes_the_host_away_is_withheld(bool restarts)
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var first = await NemsUnderTest.StartAsync([subscriber], clock, [Given.NoJitter], directory.Path);
        var (id, _) = await first.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var destination = await first.DestinationOfAsync(id);
        subscriber.Answers(_ => 503);
        var waiting = await first.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await first.UntilAsync(waiting, destination, delivery => delivery.Attempts == 1);
        if (restarts) await first.DisposeAsync();

        // Without receivers the registry of a new start lacks the host; a running service finds the file changed.
        if (!restarts) TestRegistry.Write(Path.Combine(directory.Path, "registry.json"), []);
        var nems = restarts ? await NemsUnderTest.StartAsync([], clock, [Given.NoJitter], directory.Path) : first;
        await using var stops = nems;
        clock.Advance(TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(3));

        await nems.UntilAsync(waiting, destination, delivery => delivery.State == DeliveryState.Withheld);
        var next = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
        await nems.UntilAsync(next, destination, delivery => delivery.State == DeliveryState.Withheld);
        Assert.Single(subscriber.Begun);
    }

    [Fact]
    public async Task Two_organisations_with_the_same_endpoint_have_lanes_numbers_and_secrets_of_their_own()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var (one, secretOfOne) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var (other, secretOfOther) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url(), organisation: "RR8");
        var (laneOfOne, laneOfOther) = (await nems.DestinationOfAsync(one), await nems.DestinationOfAsync(other));
        Assert.NotEqual(laneOfOne, laneOfOther);
        Assert.NotEqual(secretOfOne, secretOfOther);

        // The one is gone for good, the other receives.
        subscriber.Answers(request => request.Headers["Nems-Subscriptions"] == one ? 410 : 200);
        var first = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.UntilAsync(first, laneOfOne, delivery => delivery.State == DeliveryState.Parked);
        var second = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
        await nems.UntilAsync(second, laneOfOther, delivery => delivery.State == DeliveryState.Delivered);

        var ofOther = subscriber.All.Where(request => request.Headers["Nems-Subscriptions"] == other).ToArray();
        Assert.Equal([1, 2], ofOther.Select(request => request.Sequence));
        Assert.All(ofOther, request => Assert.True(request.IsSignedWith(secretOfOther!) && !request.IsSignedWith(secretOfOne!)));
        var ofOne = Assert.Single(subscriber.All, request => request.Headers["Nems-Subscriptions"] == one);
        Assert.Equal(1, ofOne.Sequence);
        Assert.True(ofOne.IsSignedWith(secretOfOne!) && !ofOne.IsSignedWith(secretOfOther!));
        Assert.Equal(DeliveryState.Parked, (await nems.DeliveryAsync(second, laneOfOne)).State);
    }
}
