using System.Collections.Concurrent;
using Nems.Core.Deliver;
using Nems.Testing;
using EventId = Nems.Core.Events.EventId;

namespace Nems.Journey.Tests.Delivering;

public sealed class BreakerTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Open_it_probes_one_at_a_time_at_most_five_minutes_apart_with_another_patient_each_and_recovers_in_order()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var numbers = Patients.Numbers(6);
        var destination = await SubscribeAllAsync(nems, numbers, subscriber.Url());
        subscriber.Answers(_ => 503);
        var accepted = await PublishAllAsync(nems, numbers, copies: 4);
        await nems.UntilAsync(destination, lane => lane is { InFlight: 0, Health.OpenSince: not null });
        var before = subscriber.All.Count;

        for (var probe = 1; probe <= 8; probe++)
        {
            var passed = await nems.PassUntilAsync(() => subscriber.All.Count == before + probe, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(6));
            Assert.InRange(passed, TimeSpan.Zero, TimeSpan.FromMinutes(5));
            var seen = await nems.UntilAsync(destination, lane => lane.Health.Probes == probe);
            Assert.Equal(0, seen.InFlight);
        }

        var probes = subscriber.All.Skip(before).Select(request => numbers.Single(number => OrderTests.IsAbout(request, number))).ToArray();
        Assert.Equal(6, probes.Take(6).Distinct().Count());
        Assert.All(await nems.Deliveries.ListAsync(destination, 0, 100, TestContext.Current.CancellationToken), delivery => Assert.InRange(delivery.Attempts, 0, 1));

        var failed = subscriber.All.Count;
        ConcurrentQueue<(int InFlight, int Successes)> pace = new();
        subscriber.Answers(_ =>
        {
            var begun = subscriber.Begun.Count;
            var answered = subscriber.All.Count;
            pace.Enqueue((begun - answered, answered - failed));
            return 200;
        });
        await nems.PassUntilAsync(() => subscriber.Accepted.Count > 0, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(6));
        await nems.FinishedAsync(destination, accepted.Count);

        var arrived = subscriber.All.Skip(failed).ToArray();
        Assert.Equal(accepted.Count, arrived.Length);
        Assert.All(arrived, request => Assert.False(request.IsOvertaken));

        // Gently: one after the probe, doubled by each further success.
        Assert.All(pace, moment => Assert.True(moment.InFlight <= 1 << Math.Clamp(moment.Successes - 1, 0, 5), "Too many at once."));
        foreach (var number in numbers) Assert.Equal(4, InOrder(arrived.Where(request => OrderTests.IsAbout(request, number))));
        Assert.Null(nems.LaneOf(destination).Health.OpenSince);
    }

    [Fact]
    public async Task A_poison_event_does_not_keep_a_recovered_endpoint_closed_off()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), [Given.NoJitter]);
        var numbers = Patients.Numbers(3);
        var destination = await SubscribeAllAsync(nems, numbers, subscriber.Url());
        subscriber.Answers(_ => 500);
        var accepted = await PublishAllAsync(nems, numbers, copies: 3);
        await nems.PassUntilAsync(() => nems.LaneOf(destination) is { InFlight: 0, Health.OpenSince: not null }, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));

        // It recovers, but for one message.
        subscriber.Answers(request => request.Sequence == 1 ? 500 : 200);

        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 6, Step, TimeSpan.FromMinutes(12));
        Assert.Null(nems.LaneOf(destination).Health.OpenSince);
        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 8, Step, TimeSpan.FromMinutes(20));
        Assert.Equal(DeliveryState.Open, (await nems.DeliveryAsync(accepted[0], destination)).State);
    }

    [Fact]
    public async Task Open_it_survives_a_restart_without_a_request_before_the_next_probe_is_due()
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var numbers = Patients.Numbers(6);
        IReadOnlyList<EventId> accepted;
        DestinationId destination;
        DestinationHealth health;
        subscriber.Answers(_ => 503);
        await using (var nems = await NemsUnderTest.StartAsync([subscriber], clock, [Given.NoJitter], directory.Path))
        {
            destination = await SubscribeAllAsync(nems, numbers, subscriber.Url());
            accepted = await PublishAllAsync(nems, numbers, copies: 2);
            await nems.UntilAsync(destination, lane => lane is { InFlight: 0, Health.OpenSince: not null });
            await nems.PassUntilAsync(() => nems.LaneOf(destination) is { InFlight: 0, Health.Probes: 3 }, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(12));
            health = nems.LaneOf(destination).Health;
        }

        var before = subscriber.Begun.Count;
        await using var again = await NemsUnderTest.StartAsync([subscriber], clock, [Given.NoJitter], directory.Path);
        await again.UntilAsync(destination, lane => lane.Waiting == accepted.Count);
        Assert.Equal(health with { OpenBefore = TimeSpan.Zero }, again.LaneOf(destination).Health with { OpenBefore = TimeSpan.Zero });
        Assert.Equal(before, subscriber.Begun.Count);

        subscriber.Answers(_ => 200);
        await again.PassUntilAsync(() => subscriber.Accepted.Count > 0, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(6));
        await again.FinishedAsync(destination, accepted.Count);
        Assert.Equal(accepted.Count, subscriber.Accepted.Select(request => request.Id).Distinct().Count());
        foreach (var number in numbers) Assert.Equal(2, InOrder(subscriber.Accepted.Where(request => OrderTests.IsAbout(request, number))));
    }

    [Fact]
    public async Task Without_a_success_for_the_whole_schedule_it_is_off_what_waits_and_comes_is_parked_and_a_new_subscription_turns_it_on()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), Given.Schedule("00:01:00", "00:05:00", "00:10:00"));
        var numbers = Patients.Numbers(6);
        var destination = await SubscribeAllAsync(nems, numbers, subscriber.Url());
        subscriber.Answers(_ => 503);
        var accepted = await PublishAllAsync(nems, numbers, copies: 2);
        await nems.UntilAsync(destination, lane => lane is { InFlight: 0, Health.OpenSince: not null });

        var passed = await nems.PassUntilAsync(() => nems.LaneOf(destination).Health.IsOff, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(30));
        Assert.InRange(passed, TimeSpan.FromMinutes(16), TimeSpan.FromMinutes(22));
        Assert.All(await nems.FinishedAsync(destination, accepted.Count), delivery => Assert.Equal(DeliveryState.Parked, delivery.State));

        subscriber.Answers(_ => 200);
        var requests = subscriber.Begun.Count;
        var late = await nems.Client.PublishAsync(Message.Death.About(numbers[0]));
        var parked = await nems.DeliveryAsync(late, destination);
        Assert.Equal((DeliveryState.Parked, accepted.Count + 1), (parked.State, parked.Number));

        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var live = await nems.Client.PublishAsync(Message.Death.About(numbers[1]));
        var delivered = await nems.UntilAsync(live, destination, delivery => delivery.State == DeliveryState.Delivered);
        Assert.Equal(accepted.Count + 2, delivered.Number);
        Assert.Equal(requests + 1, subscriber.Begun.Count);
        Assert.Equal(DeliveryState.Parked, (await nems.DeliveryAsync(late, destination)).State);
    }

    [Fact]
    public async Task A_410_turns_it_off_at_once_also_over_a_restart_and_a_new_subscription_turns_it_on()
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        DestinationId destination;
        EventId second;
        subscriber.Answers(_ => 410);
        await using (var nems = await NemsUnderTest.StartAsync([subscriber], directory: directory.Path))
        {
            var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
            destination = await nems.DestinationOfAsync(id);
            var first = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
            await nems.UntilAsync(first, destination, delivery => delivery.State == DeliveryState.Parked);
            second = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
            Assert.Equal(DeliveryState.Parked, (await nems.DeliveryAsync(second, destination)).State);
        }

        await using var again = await NemsUnderTest.StartAsync([subscriber], directory: directory.Path);
        var third = await again.Client.PublishAsync(Message.ChangeOfAddress.About(Patients.Jo));
        Assert.Equal((DeliveryState.Parked, 3L), ((await again.DeliveryAsync(third, destination)).State, (await again.DeliveryAsync(third, destination)).Number));
        Assert.Single(subscriber.Begun);

        subscriber.Answers(_ => 200);
        await again.Client.SubscribeAsync(Patients.Sam, subscriber.Url());
        await again.Client.PublishAsync(Message.Hearing.About(Patients.Sam));
        await again.Client.PublishAsync(Message.Hearing.About(Patients.Jo));

        await subscriber.UntilAsync(seen => seen.Count(request => request.Answered == 200) == 2);
        Assert.Equal([4, 5], subscriber.Accepted.Select(request => request.Sequence).Order());
        Assert.Equal(DeliveryState.Parked, (await again.DeliveryAsync(second, destination)).State);
    }

    internal static async Task<DestinationId> SubscribeAllAsync(NemsUnderTest nems, IEnumerable<string> numbers, string url)
    {
        string? last = null;
        foreach (var number in numbers) (last, _) = await nems.Client.SubscribeAsync(number, url);
        return await nems.DestinationOfAsync(last!);
    }

    /// <summary>So many events of each patient, in turns.</summary>
    internal static async Task<IReadOnlyList<EventId>> PublishAllAsync(NemsUnderTest nems, IReadOnlyList<string> numbers, int copies)
    {
        List<EventId> accepted = [];
        for (var copy = 0; copy < copies; copy++)
        {
            foreach (var number in numbers) accepted.Add(await nems.Client.PublishAsync(Message.Hearing.About(number).Numbered(copy)));
        }

        return accepted;
    }

    /// <summary>How many there are, once it is sure that they came in the order of their numbers.</summary>
    internal static int InOrder(IEnumerable<Received> requests)
    {
        var numbers = requests.Select(request => request.Sequence).ToArray();
        Assert.Equal(numbers.Order(), numbers);
        return numbers.Length;
    }
}
