using System.Globalization;
using Nems.Core.Deliver;
using Nems.Testing;

namespace Nems.Journey.Tests.Delivering;

public sealed class RetryTests
{
    [Fact]
    public async Task A_subscriber_that_refuses_twice_for_now_gets_the_event_at_the_third_attempt()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var (id, secret) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        subscriber.Answers(_ => subscriber.Begun.Count < 3 ? 503 : 200);

        var message = Message.Hearing.About(Patients.Jo);
        var accepted = await nems.Client.PublishAsync(message);
        await nems.UntilAsync(accepted, destination, delivery => delivery.Attempts == 1);
        nems.Clock!.Advance(TimeSpan.FromSeconds(5));
        await nems.UntilAsync(accepted, destination, delivery => delivery.Attempts == 2);
        nems.Clock!.Advance(TimeSpan.FromMinutes(1));
        var delivered = await nems.UntilAsync(accepted, destination, delivery => delivery.State == DeliveryState.Delivered);

        var attempts = subscriber.All;
        Assert.Equal([503, 503, 200], attempts.Select(attempt => attempt.Answered));
        Assert.Single(attempts.Select(attempt => attempt.Id).Distinct());
        Assert.All(attempts, attempt => Assert.Equal(1, attempt.Sequence));
        Assert.Equal([0L, 5, 65], attempts.Select(attempt => SecondsAfter(attempts[0], attempt)));
        Assert.All(attempts, attempt => Assert.True(attempt.IsSignedWith(secret!)));
        Assert.All(attempts, attempt => Assert.Equal(message.Body, attempt.Body));
        Assert.All(attempts, attempt => Assert.False(attempt.IsOvertaken));
        Assert.Equal(3, delivered.Attempts);
    }

    [Fact]
    public async Task The_default_schedule_is_kept_to_the_second_and_ends_in_a_dead_letter()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        subscriber.Answers(_ => 503);
        TimeSpan[] schedule =
        [
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
            TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
        ];

        var accepted = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        for (var attempt = 1; attempt <= schedule.Length; attempt++)
        {
            var failed = await nems.UntilAsync(accepted, destination, delivery => delivery.Attempts == attempt);
            Assert.Equal(nems.Clock!.GetUtcNow() + schedule[attempt - 1], failed.DueAt);
            nems.Clock.Advance(schedule[attempt - 1] - TimeSpan.FromSeconds(1));
            Assert.Equal(0, nems.LaneOf(destination).InFlight);
            Assert.Equal(attempt, subscriber.Begun.Count);
            nems.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var dead = await nems.UntilAsync(accepted, destination, delivery => delivery.State != DeliveryState.Open);
        Assert.Equal((DeliveryState.Dead, 11), (dead.State, dead.Attempts));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(422)]
    public async Task Retry_after_in_seconds_or_as_a_date_is_honoured_exactly(int status)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        var date = nems.Clock!.GetUtcNow().AddSeconds(777).AddHours(3);
        subscriber.Answers(_ => subscriber.Begun.Count switch
        {
            1 => new Reply(status, RetryAfter: "777"),
            2 => new Reply(status, RetryAfter: date.ToString("R", CultureInfo.InvariantCulture)),
            _ => new Reply(200),
        });

        var accepted = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        var first = await nems.UntilAsync(accepted, destination, delivery => delivery.Attempts == 1);
        Assert.Equal(nems.Clock.GetUtcNow().AddSeconds(777), first.DueAt);
        nems.Clock.Advance(TimeSpan.FromSeconds(777));
        var second = await nems.UntilAsync(accepted, destination, delivery => delivery.Attempts == 2);
        Assert.Equal(date, second.DueAt);
        nems.Clock.Advance(TimeSpan.FromHours(3));

        await nems.UntilAsync(accepted, destination, delivery => delivery.State == DeliveryState.Delivered);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(413)]
    [InlineData(415)]
    [InlineData(422)]
    public async Task What_a_person_must_look_at_is_tried_again_after_five_hours(int status)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        subscriber.Answers(_ => status);

        var accepted = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));

        var refused = await nems.UntilAsync(accepted, await nems.DestinationOfAsync(id), delivery => delivery.Attempts == 1);
        Assert.Equal(nems.Clock!.GetUtcNow().AddHours(5), refused.DueAt);
    }

    [Fact]
    public async Task A_dead_letter_is_final_also_after_a_restart_and_the_patients_next_event_arrives()
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var schedule = Given.Schedule("00:00:05", "00:01:00");
        Core.Events.EventId poison;
        Core.Events.EventId next;
        DestinationId destination;
        subscriber.Answers(request => request.Sequence == 1 ? 500 : 200);
        await using (var nems = await NemsUnderTest.StartAsync([subscriber], clock, schedule, directory.Path))
        {
            var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
            destination = await nems.DestinationOfAsync(id);
            poison = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
            next = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
            await nems.PassUntilAsync(() => nems.LaneOf(destination).Waiting == 0, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(3));

            await nems.UntilAsync(poison, destination, delivery => delivery is { State: DeliveryState.Dead, Attempts: 3 });
            await nems.UntilAsync(next, destination, delivery => delivery.State == DeliveryState.Delivered);
        }

        await using var again = await NemsUnderTest.StartAsync([subscriber], clock, schedule, directory.Path);
        clock.Advance(TimeSpan.FromDays(2));
        var last = await again.Client.PublishAsync(Message.ChangeOfAddress.About(Patients.Jo));
        await again.UntilAsync(last, destination, delivery => delivery.State == DeliveryState.Delivered);

        Assert.Equal(DeliveryState.Dead, (await again.DeliveryAsync(poison, destination)).State);
        Assert.Equal([1, 1, 1, 2, 3], subscriber.All.Select(request => request.Sequence));
        Assert.All(subscriber.All, request => Assert.False(request.IsOvertaken));
    }

    private static long SecondsAfter(Received first, Received later) =>
        long.Parse(later.Headers["webhook-timestamp"], CultureInfo.InvariantCulture) - long.Parse(first.Headers["webhook-timestamp"], CultureInfo.InvariantCulture);
}
