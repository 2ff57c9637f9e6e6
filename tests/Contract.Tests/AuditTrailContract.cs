using Nems.Core.Audit;
using Nems.Core.Deliver;
using Nems.Core.Subscribe;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>The trail: complete, in the order of writing, never changed.</summary>
public abstract class AuditTrailContract(Backend backend) : ContractTest(backend)
{
    private static readonly Destination Hook = ADestination.Webhook();
    private readonly SubscriptionId subscription = new(Guid.NewGuid());

    [Fact]
    public async Task Entries_are_read_whole_and_in_the_order_of_writing_also_after_a_restart()
    {
        await AddADeliveryAsync(Hook);
        AuditEntry[] written =
        [
            new() { At = Now.AddMinutes(2), Action = AuditAction.SubscriptionCreated, Asid = TestRegistry.Subscriber, Organisation = "T8T9T", Subscription = subscription, Destination = Hook.Id },
            new() { At = Now, Action = AuditAction.SubscriptionRead, Asid = TestRegistry.Subscriber, Organisation = "T8T9T", Subscription = subscription },
            new() { At = Now.AddMinutes(1), Action = AuditAction.CallRefused, Subscription = subscription, Reason = "NO_RECORD_FOUND", Status = 404, Elapsed = TimeSpan.FromMilliseconds(3) },
            new() { At = Now.AddMinutes(1), Action = AuditAction.SubscriptionDeleted, Subscription = subscription },
        ];

        foreach (var entry in written) await Backend.Audit.AppendAsync(entry, Cancel);
        var before = await Backend.Audit.ReadAsync(subscription, 10, Cancel);
        await Backend.RestartAsync();

        Assert.Equal(written, before);
        Assert.Equal(written, await Backend.Audit.ReadAsync(subscription, 10, Cancel));
    }

    [Fact]
    public async Task An_entry_about_an_event_is_read_with_what_the_stores_wrote_of_it()
    {
        var (id, place) = await AddADeliveryAsync(Hook);
        var entry = new AuditEntry { At = Now, Action = AuditAction.CallRefused, Asid = TestRegistry.Subscriber, Organisation = "T8T9T", Event = id.Event, Reason = "ACCESS_DENIED" };

        await Backend.Audit.AppendAsync(entry, Cancel);
        await Backend.Deliveries.RecordAsync(AnAttempt.Withheld(id, place), Cancel);

        var trail = await Backend.Audit.ReadAsync(id.Event, 10, Cancel);
        Assert.Equal([AuditAction.EventAccepted, AuditAction.CallRefused, AuditAction.DeliveryWithheld], trail.Select(each => each.Action));
        Assert.Equal(entry, trail[1]);
        Assert.All(trail, each => Assert.Equal(id.Event, each.Event));
        Assert.Equal((TestRegistry.Pds, "X26"), (trail[0].Asid, trail[0].Organisation));
    }

    [Fact]
    public async Task Entries_that_were_read_are_the_same_after_everything_that_can_happen()
    {
        var (id, place) = await AddADeliveryAsync(Hook);
        var owned = ASubscription.To(AnEvent.SomePatient()) with { Id = subscription, Destination = Hook };
        await Backend.Subscriptions.CreateAsync(owned.Stored(), ASubscription.SomeDuplicateKey(), Cancel);
        await Backend.Audit.AppendAsync(new AuditEntry { At = Now, Action = AuditAction.SubscriptionCreated, Subscription = subscription }, Cancel);
        await Backend.Deliveries.RecordAsync(AnAttempt.Failed(id, place), Cancel);
        var ofEvent = await Backend.Audit.ReadAsync(id.Event, 10, Cancel);
        var ofSubscription = await Backend.Audit.ReadAsync(subscription, 10, Cancel);

        await Backend.Deliveries.RecordAsync(AnAttempt.Delivered(id, place, attempt: 2) with { IsProbe = true }, Cancel);
        await Backend.Deliveries.TurnOffAsync(Hook.Id, Now.AddHours(1), Cancel);
        await Backend.Subscriptions.DeleteAsync(subscription, Cancel);
        await Backend.Audit.AppendAsync(new AuditEntry { At = Now, Action = AuditAction.SubscriptionDeleted, Subscription = subscription }, Cancel);
        await RaceAsync(50, _ => AddADeliveryAsync(ADestination.Webhook("other")));
        await Backend.RestartAsync();

        Assert.Equal(ofEvent, (await Backend.Audit.ReadAsync(id.Event, 10, Cancel)).Take(2));
        Assert.Equal(ofSubscription, (await Backend.Audit.ReadAsync(subscription, 10, Cancel)).Take(1));
        Assert.Equal(3, (await Backend.Audit.ReadAsync(id.Event, 10, Cancel)).Count);
        Assert.Equal(2, (await Backend.Audit.ReadAsync(subscription, 10, Cancel)).Count);
    }

    [Fact]
    public async Task None_of_many_entries_written_at_once_is_missing()
    {
        await RaceAsync(200, async index =>
        {
            await Backend.Audit.AppendAsync(new AuditEntry { At = Now, Action = AuditAction.SubscriptionRead, Subscription = subscription, Attempt = index }, Cancel);
            return true;
        });

        var trail = await Backend.Audit.ReadAsync(subscription, 1000, Cancel);
        Assert.Equal(Enumerable.Range(0, 200), trail.Select(entry => entry.Attempt!.Value).Order());
    }

    [Fact]
    public async Task A_limit_gives_the_first_ones()
    {
        for (var index = 0; index < 5; index++)
            await Backend.Audit.AppendAsync(new AuditEntry { At = Now, Action = AuditAction.SubscriptionRead, Subscription = subscription, Attempt = index }, Cancel);

        Assert.Equal([0, 1, 2], (await Backend.Audit.ReadAsync(subscription, 3, Cancel)).Select(entry => entry.Attempt!.Value));
    }

    [Fact]
    public async Task A_repeat_of_an_attempt_is_seen_in_the_trail()
    {
        var (id, place) = await AddADeliveryAsync(Hook);
        var attempt = AnAttempt.Delivered(id, place);

        await Backend.Deliveries.RecordAsync(attempt, Cancel);
        await Backend.Deliveries.RecordAsync(attempt, Cancel);

        Assert.Equal(2, (await Backend.Audit.ReadAsync(id.Event, 10, Cancel)).Count(entry => entry.Action == AuditAction.AttemptMade));
        Assert.Equal(DeliveryState.Delivered, (await ReadAsync(id)).State);
    }
}
