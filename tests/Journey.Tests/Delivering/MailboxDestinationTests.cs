using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Journey.Tests.Delivering;

/// <summary>Deliveries to a mailbox wait in the store while no channel for mailboxes is part of the deployment.</summary>
public sealed class MailboxDestinationTests
{
    [Fact]
    public async Task They_are_numbered_and_kept_also_over_a_restart_and_webhooks_flow_beside_them()
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        DestinationId mailbox;
        Core.Events.EventId first;
        await using (var nems = await NemsUnderTest.StartAsync([subscriber], clock, directory: directory.Path))
        {
            var criteria = $"/Bundle?type=message&Patient.identifier={NhsNumber.System}|{Patients.Jo}&MessageHeader.event=newborn-hearing-1";
            var (id, secret) = await nems.Client.CreateAsync(NemsClient.SubscriptionXml(criteria, "T8T9T", "message", "T8T9TOT001"));
            Assert.Null(secret);
            mailbox = await nems.DestinationOfAsync(id);
            await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
            first = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
            await subscriber.UntilAsync(seen => seen.Count == 1);
            Assert.DoesNotContain(nems.Lanes().Look(), lane => lane.Destination == mailbox);
        }

        await using var again = await NemsUnderTest.StartAsync([subscriber], clock, directory: directory.Path);
        var second = await again.Client.PublishAsync(Message.Hearing.About(Patients.Jo).Numbered(1));
        await subscriber.UntilAsync(seen => seen.Count == 2);
        clock.Advance(TimeSpan.FromDays(1));

        Assert.DoesNotContain(again.Lanes().Look(), lane => lane.Destination == mailbox);
        var kept = await again.Deliveries.ListAsync(mailbox, 0, 10, TestContext.Current.CancellationToken);
        Assert.Equal([first, second], kept.Select(delivery => delivery.Id.Event));
        Assert.Equal([(1L, DeliveryState.Open, 0), (2L, DeliveryState.Open, 0)], kept.Select(delivery => (delivery.Number, delivery.State, delivery.Attempts)));
    }
}
