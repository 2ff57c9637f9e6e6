using Nems.Core.Audit;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Journey.Tests.Delivering;
using Nems.Testing;

namespace Nems.Journey.Tests.Matching;

/// <summary>S and I flags: nothing flows, the publisher hears nothing of it, and the trail says why.</summary>
public sealed class SensitivityTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_flagged_patients_event_is_accepted_goes_nowhere_and_the_trail_says_why_until_the_flag_is_gone(bool isSensitive, bool isInvalid)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var source = new FakeDemographics(TimeProvider.System);
        source.Has(Patients.Jo, "ZZ99 1AB", "B86056", isSensitive, isInvalid);
        await using var nems = await Sourced.StartAsync(subscriber, source);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        await nems.Client.SubscribeByRuleAsync("COUNTRYCODE", "E92000001", EventType.Death, subscriber.Url());

        var stopped = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));

        var entry = Assert.Single(await nems.TrailAsync(stopped));
        Assert.Equal((AuditAction.EventAccepted, "flagged"), (entry.Action, entry.Reason));
        source.Has(Patients.Jo, "ZZ99 1AB", "B86056");
        var flows = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        var request = Assert.Single(await subscriber.ReceivesAsync(1));
        Assert.Equal((flows.ToString(), id, 1L), (request.Headers["Nems-Event-Id"], request.Headers["Nems-Subscriptions"], request.Sequence));
        Assert.Null((await nems.TrailAsync(flows))[0].Reason);
    }

    [Fact]
    public async Task A_flag_that_comes_between_the_match_and_a_retry_stops_the_retry_what_waits_behind_it_and_what_comes_later()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        subscriber.Answers(_ => 503);
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        source.Has(Patients.Jo);
        await using var nems = await Sourced.StartAsync(subscriber, source, clock, Given.Schedule("00:01:00", "00:06:00", "10:00:00"));
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        var first = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        var behind = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
        await nems.UntilAsync(first, destination, delivery => delivery.Attempts == 1);
        clock.Advance(TimeSpan.FromMinutes(1));
        await nems.UntilAsync(first, destination, delivery => delivery.Attempts == 2);

        source.Has(Patients.Jo, isSensitive: true);
        clock.Advance(TimeSpan.FromMinutes(6));

        await nems.UntilAsync(first, destination, delivery => delivery.State == DeliveryState.Withheld);
        await nems.UntilAsync(behind, destination, delivery => delivery.State == DeliveryState.Withheld);
        var later = await nems.Client.PublishAsync(Message.ChangeOfAddress.About(Patients.Jo));
        Assert.Equal(2, subscriber.Begun.Count);
        Assert.All(
            [await LastAsync(nems, first), await LastAsync(nems, behind)],
            entry => Assert.Equal((AuditAction.DeliveryWithheld, "flagged"), (entry.Action, entry.Reason)));
        Assert.Equal("flagged", (await LastAsync(nems, later)).Reason);

        // The flag is removed: later events flow, and what was withheld stays so and keeps its number.
        source.Has(Patients.Jo);
        subscriber.Answers(_ => 200);
        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo).Numbered(2));
        Assert.Equal([1, 1, 3], (await subscriber.ReceivesAsync(3)).Select(request => request.Sequence));
    }

    [Fact]
    public async Task What_was_matched_before_a_restart_is_asked_about_before_it_is_sent()
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        subscriber.Answers(_ => 503);
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        await using (var first = await Sourced.StartAsync(subscriber, source, clock, [Given.NoJitter], directory.Path))
        {
            var (id, _) = await first.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
            var waits = await first.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
            await first.UntilAsync(waits, await first.DestinationOfAsync(id), delivery => delivery.Attempts == 1);
            await first.Client.SubscribeAsync(Patients.Sam, subscriber.Url());
        }

        source.Has(Patients.Jo, isInvalid: true);
        subscriber.Answers(_ => 200);
        await using var nems = await Sourced.StartAsync(subscriber, source, clock, [Given.NoJitter], directory.Path);
        clock.Advance(TimeSpan.FromSeconds(5));
        await nems.Client.PublishAsync(Message.Death.About(Patients.Sam));

        var request = (await subscriber.ReceivesAsync(2))[1];
        Assert.Equal((2L, EventType.Death.Code), (request.Sequence, request.Headers["Nems-Event-Type"]));
        await Waiting.UntilAsync(() => nems.Lanes().Look().All(lane => lane.Waiting == 0), () => "something waits");
        Assert.Equal(2, subscriber.Begun.Count);
    }

    [Fact]
    public async Task While_the_source_cannot_say_a_retry_waits_and_uses_up_no_attempt()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        subscriber.Answers(_ => 503);
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        source.Has(Patients.Jo);
        await using var nems = await Sourced.StartAsync(subscriber, source, clock, Given.Schedule("00:06:00", "10:00:00"));
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        var waits = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.UntilAsync(waits, destination, delivery => delivery.Attempts == 1);

        source.IsAway();
        subscriber.Answers(_ => 200);
        var asked = source.Asked.Count;
        await nems.PassUntilAsync(() => source.Asked.Count >= asked + 3, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        Assert.Single(subscriber.Begun);
        var still = await nems.DeliveryAsync(waits, destination);
        Assert.Equal((DeliveryState.Open, 1), (still.State, still.Attempts));

        source.IsBack();
        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 1, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1));
        var done = await nems.UntilAsync(waits, destination, delivery => delivery.State == DeliveryState.Delivered);
        Assert.Equal(2, done.Attempts);
    }

    [Theory]
    [InlineData("pds-birth-notification-1.with-mother.xml", "9990000042")]
    [InlineData("pds-birth-notification-1.with-mother.xml", "9990000026")]
    [InlineData("pds-birth-notification-1.without-mother.xml", "9990000026")]
    public async Task A_flag_of_mother_or_baby_stops_a_birth(string sample, string flagged)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var source = new FakeDemographics(TimeProvider.System);
        source.Has(flagged, "ZZ99 1AB", "B86056", isSensitive: true);
        await using var nems = await Sourced.StartAsync(subscriber, source);
        var (id, _) = await nems.Client.SubscribeAsync("9990000042", subscriber.Url());
        await nems.Client.SubscribeByRuleAsync("COUNTRYCODE", "E92000001", EventType.Birth, subscriber.Url());

        var stopped = await nems.Client.PublishAsync(Message.Sample(sample));

        Assert.Equal("flagged", Assert.Single(await nems.TrailAsync(stopped)).Reason);
        Assert.Empty(await nems.Deliveries.ListAsync(await nems.DestinationOfAsync(id), 0, 10, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_flag_that_is_found_when_matching_later_stops_the_event_and_the_trail_says_why()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        await using var nems = await Sourced.StartAsync(subscriber, source, clock);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        source.IsAway();
        var stopped = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));

        source.Has(Patients.Jo, isSensitive: true);
        source.IsBack();
        await nems.PassUntilAsync(() => nems.Late().Held == 0, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));

        Assert.Equal([(AuditAction.EventAccepted, null), (AuditAction.EventMatchedLater, "flagged")], (await nems.TrailAsync(stopped)).Select(entry => (entry.Action, entry.Reason)));
        Assert.Empty(await nems.Deliveries.ListAsync(await nems.DestinationOfAsync(id), 0, 10, TestContext.Current.CancellationToken));
    }

    private static async Task<AuditEntry> LastAsync(NemsUnderTest nems, Core.Events.EventId about) => (await nems.TrailAsync(about))[^1];
}
