using Nems.Core.Deliver;
using Nems.Testing;
using EventId = Nems.Core.Events.EventId;

namespace Nems.Journey.Tests.Delivering;

/// <summary>Lanes that hold more than memory is given for.</summary>
public sealed class LargeLaneTests
{
    private static readonly string[] Small = [Given.NoJitter, "Nems:Lanes:Window=10", "Nems:Lanes:AsideWindow=10"];

    [Theory]
    [InlineData(134_217_728)]
    [InlineData(0)]
    public async Task What_waits_for_a_failing_endpoint_beyond_memory_arrives_after_its_recovery_once_and_in_order_while_others_flow(long bodyBytes)
    {
        await using var failing = await FakeSubscriber.StartAsync();
        await using var healthy = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([failing, healthy], Given.Clock(), [.. Small, $"Nems:Lanes:BodyBytes={bodyBytes}"]);
        var numbers = Patients.Numbers(50);
        var destination = await BreakerTests.SubscribeAllAsync(nems, numbers, failing.Url());
        await BreakerTests.SubscribeAllAsync(nems, numbers, healthy.Url());
        failing.Answers(_ => 503);

        var accepted = await BreakerTests.PublishAllAsync(nems, numbers, copies: 10);
        await healthy.UntilAsync(seen => seen.Count == 500);
        var waiting = await nems.UntilAsync(destination, lane => lane is { InFlight: 0, Health.OpenSince: not null });
        Assert.InRange(waiting.Waiting, 5, 10);
        Assert.Empty(failing.Accepted);

        failing.Answers(_ => 200);
        await nems.PassUntilAsync(() => failing.Accepted.Count > 0, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(6));
        var finished = await nems.FinishedAsync(destination, 500);

        Assert.All(finished, delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
        Assert.Equal(Enumerable.Range(1, 500).Select(number => (long)number), finished.Select(delivery => delivery.Number));
        Assert.Equal(500, failing.Accepted.Count);
        Assert.Equal(
            accepted.Select(id => id.ToString()).Order(StringComparer.Ordinal),
            failing.Accepted.Select(request => request.Headers["Nems-Event-Id"]).Order(StringComparer.Ordinal));
        Assert.All(failing.Accepted, request => Assert.False(request.IsOvertaken));
        foreach (var number in numbers) Assert.Equal(10, BreakerTests.InOrder(failing.Accepted.Where(request => OrderTests.IsAbout(request, number))));
        Assert.Equal(500, healthy.Accepted.Count);
        foreach (var number in numbers) Assert.Equal(10, BreakerTests.InOrder(healthy.Accepted.Where(request => OrderTests.IsAbout(request, number))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refused_events_beyond_memory_come_back_when_they_are_due_once_with_the_mark_where_they_were_overtaken(bool restarts)
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var numbers = Patients.Numbers(61);
        var first = await NemsUnderTest.StartAsync([subscriber], clock, Small, directory.Path);
        var (destination, refused, overtaken) = await RefuseAllAsync(first, subscriber, numbers);
        Assert.InRange(first.LaneOf(destination).Asides, 0, 10);
        if (restarts) await first.DisposeAsync();
        var nems = restarts ? await NemsUnderTest.StartAsync([subscriber], clock, Small, directory.Path) : first;
        await using var stops = nems;

        // What stepped aside holds back nobody, also after the restart.
        var live = await nems.Client.PublishAsync(Message.Death.About(numbers[60]));
        await nems.UntilAsync(live, destination, delivery => delivery.State == DeliveryState.Delivered);
        Assert.InRange(nems.LaneOf(destination).Asides, 0, 15);

        var before = subscriber.All.Count;
        await nems.PassUntilAsync(() => subscriber.All.Count == before + 60, TimeSpan.FromMinutes(1), TimeSpan.FromHours(6));
        foreach (var id in refused) await nems.UntilAsync(id, destination, delivery => delivery is { State: DeliveryState.Delivered, Attempts: 2 });

        var late = subscriber.All.Skip(before).ToArray();
        Assert.Equal(refused.Select(id => id.ToString()).Order(StringComparer.Ordinal), late.Select(request => request.Headers["Nems-Event-Id"]).Order(StringComparer.Ordinal));
        Assert.Equal(
            overtaken.Select(id => id.ToString()).Order(StringComparer.Ordinal),
            late.Where(request => request.IsOvertaken).Select(request => request.Headers["Nems-Event-Id"]).Order(StringComparer.Ordinal));
        Assert.Equal(before + 60, subscriber.Begun.Count);
    }

    [Fact]
    public async Task More_failing_patients_than_memory_holds_do_not_hold_back_the_others()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), Small);
        var numbers = Patients.Numbers(41);
        var destination = await BreakerTests.SubscribeAllAsync(nems, numbers, subscriber.Url());
        subscriber.Answers(request => OrderTests.IsAbout(request, numbers[40]) ? 200 : 500);

        // The clock stands still: none of the forty is retried, and the last one's events must still arrive.
        for (var turn = 0; turn < 40; turn++)
        {
            await nems.Client.PublishAsync(Message.Hearing.About(numbers[turn]));
            var healthy = await nems.Client.PublishAsync(Message.Hearing.About(numbers[40]).Numbered(turn));
            await nems.UntilAsync(healthy, destination, delivery => delivery.State == DeliveryState.Delivered);
        }

        Assert.Equal(40, subscriber.Accepted.Count);
        Assert.All(subscriber.Accepted, request => Assert.False(request.IsOvertaken));
        Assert.Null(nems.LaneOf(destination).Health.OpenSince);

        subscriber.Answers(_ => 200);
        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 80, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(40));
        await nems.FinishedAsync(destination, 80);
        Assert.All(subscriber.Accepted, request => Assert.False(request.IsOvertaken));
        Assert.Equal(80, subscriber.Accepted.Select(request => request.Id).Distinct().Count());
    }

    [Fact]
    public async Task One_failing_patient_with_more_events_than_memory_holds_does_not_hold_back_the_others()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), Small);
        var destination = await BreakerTests.SubscribeAllAsync(nems, [Patients.Jo, Patients.Sam], subscriber.Url());
        subscriber.Answers(request => OrderTests.IsAbout(request, Patients.Jo) ? 500 : 200);

        for (var copy = 0; copy < 30; copy++) await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo).Numbered(copy));
        var sams = await nems.Client.PublishAsync(Message.Death.About(Patients.Sam));

        await nems.UntilAsync(sams, destination, delivery => delivery.State == DeliveryState.Delivered);
    }

    [Fact]
    public async Task What_the_store_has_not_recorded_yet_is_not_read_back_from_it_and_sent_twice()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        SlowRecords? slow = null;
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock(), Small, configure: builder => SlowRecords.Use(builder.Services, made => slow = made));
        var numbers = Patients.Numbers(61);
        var (destination, refused, _) = await RefuseAllAsync(nems, subscriber, numbers);
        var before = subscriber.All.Count;

        slow!.Hold();
        try
        {
            await nems.PassUntilAsync(() => subscriber.All.Count >= before + 10, TimeSpan.FromMinutes(1), TimeSpan.FromHours(6));
            for (var turn = 0; turn < 10; turn++)
            {
                await nems.UntilAsync(destination, lane => lane.InFlight == 0);
                nems.Clock!.Advance(TimeSpan.FromMinutes(1));
            }

            await nems.UntilAsync(destination, lane => lane.InFlight == 0);
        }
        finally
        {
            slow.LetGo();
        }

        await nems.PassUntilAsync(() => subscriber.All.Count >= before + 60, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        await nems.FinishedAsync(destination, 120);
        Assert.Equal(before + 60, subscriber.Begun.Count);
        Assert.Equal(60, refused.Length);
    }

    /// <summary>Sixty patients' events are refused once, a healthy one's between them; ten of the sixty are overtaken by a later event.</summary>
    private static async Task<(DestinationId Destination, EventId[] Refused, EventId[] Overtaken)> RefuseAllAsync(
        NemsUnderTest nems, FakeSubscriber subscriber, IReadOnlyList<string> numbers)
    {
        var destination = await BreakerTests.SubscribeAllAsync(nems, numbers, subscriber.Url());
        List<EventId> refused = [];
        subscriber.Answers(request => request.Headers["Nems-Event-Type"] == "newborn-hearing-1" ? 422 : 200);
        for (var turn = 0; turn < 60; turn++)
        {
            refused.Add(await nems.Client.PublishAsync(Message.Hearing.About(numbers[turn])));
            await nems.UntilAsync(refused[turn], destination, delivery => delivery is { IsAside: true });
            var other = await nems.Client.PublishAsync(Message.Death.About(turn % 6 == 5 ? numbers[turn] : numbers[60]));
            await nems.UntilAsync(other, destination, delivery => delivery.State == DeliveryState.Delivered);
        }

        subscriber.Answers(_ => 200);
        return (destination, [.. refused], [.. refused.Where((_, turn) => turn % 6 == 5)]);
    }
}
