using Nems.Core.Deliver;
using Nems.Journey.Tests.Delivering;
using Nems.Testing;

namespace Nems.Journey.Tests.Subscriptions;

/// <summary>The end of a subscription: matching stops at it, sending does not, and a read shows it off.</summary>
public sealed class EndTests
{
    [Fact]
    public async Task From_its_end_on_nothing_matches_and_a_read_shows_it_off()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var id = await SubscribeUntilAsync(nems, subscriber, nems.Clock!.GetUtcNow().AddSeconds(90));
        var destination = await nems.DestinationOfAsync(id);

        nems.Clock.Advance(TimeSpan.FromSeconds(89));
        var last = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.UntilAsync(last, destination, delivery => delivery.State == DeliveryState.Delivered);
        nems.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("value=\"active\"", await ReadAsync(nems, id), StringComparison.Ordinal);
        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        nems.Clock.Advance(TimeSpan.FromSeconds(30));
        await ShowsOffAsync(nems, id);
        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));

        Assert.Single(await nems.Deliveries.ListAsync(destination, 0, 10, TestContext.Current.CancellationToken));
        Assert.Single(subscriber.Begun);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_accepted_before_the_end_is_sent_after_it(bool restarts)
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        subscriber.Answers(_ => 503);
        var clock = Given.Clock();
        var first = await NemsUnderTest.StartAsync([subscriber], clock, Given.Schedule("00:02:00", "00:02:00"), directory.Path);
        var id = await SubscribeUntilAsync(first, subscriber, clock.GetUtcNow().AddSeconds(30));
        var destination = await first.DestinationOfAsync(id);
        var accepted = await first.Client.PublishAsync(Message.Death.About(Patients.Jo));
        await first.UntilAsync(accepted, destination, delivery => delivery.Attempts == 1);

        if (restarts) await first.DisposeAsync();
        clock.Advance(TimeSpan.FromSeconds(60));
        var nems = restarts ? await NemsUnderTest.StartAsync([subscriber], clock, Given.Schedule("00:02:00", "00:02:00"), directory.Path) : first;
        await using var stops = nems;
        await ShowsOffAsync(nems, id);
        subscriber.Answers(_ => 200);
        clock.Advance(TimeSpan.FromSeconds(60));

        await nems.UntilAsync(accepted, destination, delivery => delivery.State == DeliveryState.Delivered);
        Assert.Equal([id, id], subscriber.All.Select(request => request.Headers["Nems-Subscriptions"]));
    }

    [Fact]
    public async Task What_ended_while_the_service_was_down_is_turned_off_at_its_start()
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var first = await NemsUnderTest.StartAsync([subscriber], clock, directory: directory.Path);
        var id = await SubscribeUntilAsync(first, subscriber, clock.GetUtcNow().AddHours(1));
        await first.DisposeAsync();
        clock.Advance(TimeSpan.FromHours(2));

        await using var nems = await NemsUnderTest.StartAsync([subscriber], clock, directory: directory.Path);

        await ShowsOffAsync(nems, id);
        await SubscribeUntilAsync(nems, subscriber, clock.GetUtcNow().AddHours(1));
    }

    private static async Task<string> SubscribeUntilAsync(NemsUnderTest nems, FakeSubscriber subscriber, DateTimeOffset end)
    {
        var criteria = $"/Bundle?type=message&Patient.identifier=https://fhir.nhs.uk/Id/nhs-number|{Patients.Jo}&MessageHeader.event=newborn-hearing-1&MessageHeader.event=pds-death-notification-1";
        var xml = NemsClient.SubscriptionXml(criteria, "T8T9T", "rest-hook", subscriber.Url());
        return (await nems.Client.CreateAsync(xml.Replace("<reason ", $"<end value=\"{end:yyyy-MM-ddTHH:mm:ssZ}\"/><reason ", StringComparison.Ordinal))).Id;
    }

    private static async Task<string> ReadAsync(NemsUnderTest nems, string id)
    {
        using var answer = await nems.Client.GetSubscriptionAsync(id);
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static Task ShowsOffAsync(NemsUnderTest nems, string id) => Eventually.HoldsAsync(
        async () => (await ReadAsync(nems, id)).Contains("<status value=\"off\"", StringComparison.Ordinal), "the subscription is off");
}
