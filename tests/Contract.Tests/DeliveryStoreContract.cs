using Nems.Core.Audit;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>The present state of deliveries: recorded once, listed in order, complete.</summary>
public abstract class DeliveryStoreContract(Backend backend) : ContractTest(backend)
{
    private static readonly Destination Hook = ADestination.Webhook();

    [Fact]
    public async Task A_new_delivery_is_open_and_was_never_tried()
    {
        var (id, place) = await AddADeliveryAsync(Hook);

        var record = await ReadAsync(id);

        Assert.Equal((place, 1L, DeliveryState.Open, 0, (DateTimeOffset?)null, false, false), (record.Place, record.Number, record.State, record.Attempts, record.DueAt, record.IsAside, record.IsOvertaken));
    }

    [Fact]
    public async Task A_failed_attempt_leaves_it_open_with_all_that_was_recorded_also_after_a_restart()
    {
        var (id, place) = await AddADeliveryAsync(Hook);
        var attempt = AnAttempt.Failed(id, place, attempt: 3, dueAt: Now.AddMinutes(5)) with
        {
            FirstFailedAt = Now.AddMinutes(-7),
            OpenBeforeFirstFailure = TimeSpan.FromMinutes(2),
            IsAside = true,
            IsOvertaken = true,
        };

        await Backend.Deliveries.RecordAsync(attempt, Cancel);
        await Backend.RestartAsync();

        var open = Assert.Single(await OpenAsync(Hook));
        Assert.Equal(3, open.Attempts);
        Assert.Equal(attempt.DueAt, open.DueAt);
        Assert.Equal(attempt.FirstFailedAt, open.FirstFailedAt);
        Assert.Equal(attempt.OpenBeforeFirstFailure, open.OpenBeforeFirstFailure);
        Assert.True(open.IsAside && open.IsOvertaken);
    }

    [Fact]
    public async Task The_same_attempt_recorded_twice_counts_once()
    {
        var (id, place) = await AddADeliveryAsync(Hook);
        var attempt = AnAttempt.Failed(id, place);
        await Backend.Deliveries.RecordAsync(attempt, Cancel);
        var once = await ReadAsync(id);

        await RaceAsync(10, async _ =>
        {
            await Backend.Deliveries.RecordAsync(attempt, Cancel);
            return true;
        });

        Assert.Equal(once, await ReadAsync(id));
        Assert.Equal(1, once.Attempts);
    }

    [Theory]
    [InlineData(DeliveryState.Delivered)]
    [InlineData(DeliveryState.Dead)]
    [InlineData(DeliveryState.Withheld)]
    public async Task What_is_finished_is_open_no_more_and_stays_as_it_is(DeliveryState state)
    {
        var (id, place) = await AddADeliveryAsync(Hook);
        var finish = state switch
        {
            DeliveryState.Delivered => AnAttempt.Delivered(id, place, attempt: 2),
            DeliveryState.Dead => AnAttempt.Dead(id, place, attempt: 11),
            _ => AnAttempt.Withheld(id, place),
        };
        await Backend.Deliveries.RecordAsync(finish, Cancel);
        var finished = await ReadAsync(id);

        await Backend.Deliveries.RecordAsync(AnAttempt.Failed(id, place, attempt: 1), Cancel);
        await Backend.RestartAsync();

        Assert.Equal(state, finished.State);
        Assert.Equal(finished, await ReadAsync(id));
        Assert.Empty(await OpenAsync(Hook));
        Assert.Empty(await Backend.Deliveries.WaitingAsync(Cancel));
    }

    [Fact]
    public async Task A_delivery_that_overtook_marks_the_earlier_ones()
    {
        var (earlier, earlierPlace) = await AddADeliveryAsync(Hook);
        var (between, _) = await AddADeliveryAsync(Hook);
        var (later, laterPlace) = await AddADeliveryAsync(Hook);

        await Backend.Deliveries.RecordAsync(AnAttempt.Delivered(later, laterPlace) with { Overtook = [earlierPlace] }, Cancel);
        // A record that was decided before, and so does not know it: the mark stays.
        await Backend.Deliveries.RecordAsync(AnAttempt.Failed(earlier, earlierPlace), Cancel);

        Assert.True((await ReadAsync(earlier)).IsOvertaken);
        Assert.False((await ReadAsync(between)).IsOvertaken);
        Assert.False((await ReadAsync(later)).IsOvertaken);
    }

    [Fact]
    public async Task Pages_of_open_deliveries_are_in_order_of_number_and_complete()
    {
        var other = ADestination.Webhook("other");
        var accepted = await RaceAsync(60, index => AddADeliveryAsync(index % 4 == 3 ? other : Hook));
        var mine = accepted.Where(delivery => delivery.Id.Destination == Hook.Id).ToArray();
        await Backend.Deliveries.RecordAsync(AnAttempt.Delivered(mine[5].Id, mine[5].Place), Cancel);
        await Backend.Deliveries.RecordAsync(AnAttempt.Failed(mine[9].Id, mine[9].Place), Cancel);

        List<OpenDelivery> read = [];
        var after = 0L;
        while (await Backend.Deliveries.OpenAsync(Hook.Id, after, 7, Cancel) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 7);
            read.AddRange(page);
            after = page[^1].Number;
        }

        Assert.Equal(mine.Where(delivery => delivery != mine[5]).Select(delivery => delivery.Place).Order(), read.Select(delivery => delivery.Place));
        Assert.All(read, delivery => Assert.Null(delivery.Body));
        Assert.All(read, delivery => Assert.Equal(-1, delivery.RightsVersion));
    }

    [Fact]
    public async Task Lists_go_by_number_and_hold_every_state()
    {
        var deliveries = new List<(DeliveryId Id, Place Place)>();
        for (var index = 0; index < 5; index++) deliveries.Add(await AddADeliveryAsync(Hook));
        await Backend.Deliveries.RecordAsync(AnAttempt.Delivered(deliveries[0].Id, deliveries[0].Place), Cancel);
        await Backend.Deliveries.RecordAsync(AnAttempt.Withheld(deliveries[2].Id, deliveries[2].Place), Cancel);
        await Backend.Deliveries.RecordAsync(AnAttempt.Dead(deliveries[3].Id, deliveries[3].Place, attempt: 11), Cancel);

        var page = await Backend.Deliveries.ListAsync(Hook.Id, 0, 3, Cancel);
        var rest = await Backend.Deliveries.ListAsync(Hook.Id, 3, 3, Cancel);

        Assert.Equal([1L, 2L, 3L], page.Select(record => record.Number));
        Assert.Equal([4L, 5L], rest.Select(record => record.Number));
        Assert.Equal(
            [DeliveryState.Delivered, DeliveryState.Open, DeliveryState.Withheld, DeliveryState.Dead, DeliveryState.Open],
            page.Concat(rest).Select(record => record.State));
        Assert.Equal(deliveries.Select(delivery => delivery.Id), page.Concat(rest).Select(record => record.Id));
    }

    [Fact]
    public async Task Those_that_stepped_aside_are_found_when_due_the_earliest_first()
    {
        DateTimeOffset[] due = [Now.AddMinutes(30), Now.AddMinutes(5), Now.AddMinutes(60), Now.AddMinutes(5).AddTicks(1)];
        var deliveries = new List<(DeliveryId Id, Place Place)>();
        foreach (var at in due)
        {
            var (id, place) = await AddADeliveryAsync(Hook);
            deliveries.Add((id, place));
            await Backend.Deliveries.RecordAsync(AnAttempt.Failed(id, place, dueAt: at) with { IsAside = true }, Cancel);
        }

        var (inOrder, inOrderPlace) = await AddADeliveryAsync(Hook);
        await Backend.Deliveries.RecordAsync(AnAttempt.Failed(inOrder, inOrderPlace, dueAt: Now), Cancel);

        Assert.Empty(await AsideAsync(Now.AddMinutes(5).AddTicks(-1), 10));
        Assert.Equal([deliveries[1].Id], await AsideAsync(Now.AddMinutes(5), 10));
        Assert.Equal([deliveries[1].Id, deliveries[3].Id, deliveries[0].Id], await AsideAsync(Now.AddMinutes(30), 10));
        Assert.Equal([deliveries[1].Id, deliveries[3].Id], await AsideAsync(Now.AddMinutes(90), 2));
    }

    [Fact]
    public async Task What_is_unknown_is_null_or_empty()
    {
        Assert.Null(await Backend.Deliveries.ReadAsync(new DeliveryId(AnEvent.Death().Id, Hook.Id), Cancel));
        Assert.Null(await Backend.Deliveries.FindAsync(Hook.Id, Cancel));
        Assert.Empty(await ListAsync(Hook));
        Assert.Empty(await OpenAsync(Hook));
    }

    [Fact]
    public async Task Every_attempt_is_a_row_of_the_trail()
    {
        var (id, place) = await AddADeliveryAsync(Hook);

        await Backend.Deliveries.RecordAsync(AnAttempt.Failed(id, place), Cancel);
        await Backend.Deliveries.RecordAsync(AnAttempt.Delivered(id, place, attempt: 2), Cancel);

        var trail = await Backend.Audit.ReadAsync(id.Event, 10, Cancel);
        Assert.Equal([AuditAction.EventAccepted, AuditAction.AttemptMade, AuditAction.AttemptMade], trail.Select(entry => entry.Action));
        Assert.Equal((AttemptOutcome.NotNow, 503, 1, Hook.Id), (trail[1].Outcome, trail[1].Status, trail[1].Attempt, trail[1].Destination));
        Assert.Equal((AttemptOutcome.Delivered, 200, 2), (trail[2].Outcome, trail[2].Status, trail[2].Attempt));
    }

    private async Task<IEnumerable<DeliveryId>> AsideAsync(DateTimeOffset dueBy, int limit) =>
        (await Backend.Deliveries.AsideAsync(Hook.Id, dueBy, limit, Cancel)).Select(delivery => delivery.Id);
}
