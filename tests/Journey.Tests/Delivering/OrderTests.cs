using Nems.Core.Deliver;
using Nems.Testing;

namespace Nems.Journey.Tests.Delivering;

public sealed class OrderTests
{
    [Fact]
    public async Task A_failing_patient_and_a_hanging_endpoint_hold_back_nobody_else()
    {
        await using var healthy = await FakeSubscriber.StartAsync();
        await using var hanging = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([healthy, hanging], Given.Clock());
        hanging.Hangs();
        var numbers = Patients.Numbers(20);
        foreach (var number in numbers)
        {
            await nems.Client.SubscribeAsync(number, healthy.Url());
            await nems.Client.SubscribeAsync(number, hanging.Url());
        }

        healthy.Answers(request => IsAbout(request, numbers[0]) ? 500 : 200);
        foreach (var number in numbers)
        {
            for (var copy = 0; copy < 3; copy++) await nems.Client.PublishAsync(Message.Hearing.About(number).Numbered(copy));
        }

        // The clock stands still: nothing is retried, no attempt at the hanging endpoint ends.
        await healthy.UntilAsync(seen => seen.Count(request => request.Answered == 200) == 57);
        Assert.Single(healthy.All, request => request.Answered == 500);
        Assert.Equal(20, hanging.Begun.Count);
        Assert.Empty(hanging.All);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(415)]
    [InlineData(422)]
    public async Task A_refused_event_steps_aside_for_the_same_patients_death_notification_and_comes_late_with_the_mark(int status)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        subscriber.Answers(request => request.Sequence == 1 && subscriber.Begun.Count < 3 ? status : 200);

        var refused = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.UntilAsync(refused, destination, delivery => delivery is { Attempts: 1, IsAside: true });
        var death = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
        await nems.UntilAsync(death, destination, delivery => delivery.State == DeliveryState.Delivered);
        await nems.UntilAsync(refused, destination, delivery => delivery.IsOvertaken);
        nems.Clock!.Advance(TimeSpan.FromHours(5));
        await nems.UntilAsync(refused, destination, delivery => delivery.State == DeliveryState.Delivered);

        Assert.Equal([(1, status, false), (2, 200, false), (1, 200, true)], subscriber.All.Select(request => (request.Sequence, request.Answered, request.IsOvertaken)));
        Assert.Equal("true", subscriber.All[2].Headers["Nems-Overtaken"]);
    }

    [Fact]
    public async Task A_refused_event_that_nothing_overtook_carries_no_mark()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        subscriber.Answers(_ => subscriber.Begun.Count == 1 ? 400 : 200);

        var refused = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.UntilAsync(refused, destination, delivery => delivery.IsAside);
        nems.Clock!.Advance(TimeSpan.FromHours(5));
        await nems.UntilAsync(refused, destination, delivery => delivery.State == DeliveryState.Delivered);

        Assert.All(subscriber.All, request => Assert.False(request.IsOvertaken));
    }

    [Fact]
    public async Task With_the_breaker_open_and_nobody_elses_event_waiting_a_refused_one_still_lets_the_death_notification_through()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), Given.Schedule("00:00:30", "00:00:30", "00:00:30", "00:00:30", "08:00:00"));
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var (others, _) = await nems.Client.SubscribeAsync(Patients.Sam, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        subscriber.Answers(request => IsAbout(request, Patients.Sam) ? 503 : request.Sequence == 2 ? 400 : 200);

        // Sam's failures and Jo's refusal open the breaker; then Sam's subscription goes, and Jo's events are all that waits.
        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Sam));
        await nems.PassUntilAsync(() => subscriber.All.Count == 4, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(3));
        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.UntilAsync(destination, lane => lane.Health.OpenSince is not null);
        var death = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
        using (var answer = await nems.Client.DeleteSubscriptionAsync(others)) Assert.True(answer.IsSuccessStatusCode);

        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 1, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(20));
        await nems.UntilAsync(death, destination, delivery => delivery.State == DeliveryState.Delivered);
        await nems.UntilAsync(destination, lane => lane.Health.OpenSince is null);
    }

    [Fact]
    public async Task A_failing_event_holds_its_patients_next_one_for_fifteen_minutes_and_no_longer()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        subscriber.Answers(request => request.Sequence == 1 ? 500 : 200);

        var failing = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        var death = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
        await nems.UntilAsync(failing, destination, delivery => delivery.Attempts == 1);
        int[] attempts = [5, 60, 300];
        for (var attempt = 0; attempt < 3; attempt++)
        {
            nems.Clock!.Advance(TimeSpan.FromSeconds(attempts[attempt]));
            await nems.UntilAsync(failing, destination, delivery => delivery.Attempts == attempt + 2);
        }

        nems.Clock!.Advance(TimeSpan.FromSeconds(900 - 365 - 1));
        Assert.Equal(0, nems.LaneOf(destination).InFlight);
        Assert.DoesNotContain(subscriber.Begun, request => request.Sequence == 2);
        nems.Clock!.Advance(TimeSpan.FromSeconds(1));
        await nems.UntilAsync(death, destination, delivery => delivery.State == DeliveryState.Delivered);

        subscriber.Answers(_ => 200);
        await nems.UntilAsync(failing, destination, delivery => delivery.IsOvertaken);
        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 2, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        Assert.Equal([1, 1, 1, 1, 2, 1], subscriber.All.Select(request => request.Sequence));
        Assert.Equal([false, false, false, false, false, true], subscriber.All.Select(request => request.IsOvertaken));
    }

    [Fact]
    public async Task With_no_hold_the_next_event_goes_at_once()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter, "Nems:Order:HoldFor=0"]);
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        subscriber.Answers(request => request.Sequence == 1 ? 500 : 200);

        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));

        var received = await subscriber.ReceivesAsync(2);
        await subscriber.UntilAsync(seen => seen.Count == 2);
        Assert.Equal([(1, 500), (2, 200)], received.Select(request => (request.Sequence, request.Answered)));
    }

    [Fact]
    public async Task With_an_infinite_hold_the_next_event_waits_for_the_dead_letter()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [.. Given.Schedule("12:00:00", "12:00:00"), "Nems:Order:HoldFor=Infinite"]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var destination = await nems.DestinationOfAsync(id);
        subscriber.Answers(request => request.Sequence == 1 ? 500 : 200);

        var failing = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
        await nems.UntilAsync(failing, destination, delivery => delivery.Attempts == 1);
        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 1, TimeSpan.FromMinutes(30), TimeSpan.FromHours(30));

        await nems.UntilAsync(failing, destination, delivery => delivery.State == DeliveryState.Dead);
        Assert.Equal([1, 1, 1, 2], subscriber.All.Select(request => request.Sequence));
    }

    internal static bool IsAbout(Received request, string nhsNumber) => System.Text.Encoding.UTF8.GetString(request.Body).Contains(nhsNumber, StringComparison.Ordinal);
}
