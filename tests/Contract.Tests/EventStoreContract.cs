using System.Text;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Publish;
using Nems.Core.Subscribe;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>What is accepted is kept: whole, once for a key, and over a restart.</summary>
public abstract class EventStoreContract(Backend backend) : ContractTest(backend)
{
    private static readonly Destination Hook = ADestination.Webhook();

    [Fact]
    public async Task The_same_key_and_body_in_a_race_of_50_is_accepted_once()
    {
        var claim = AnEvent.SomeClaim();
        var events = Enumerable.Range(0, 50).Select(_ => AnEvent.Death()).ToArray();

        var outcomes = await RaceAsync(50, index => AcceptAsync(events[index], claim));

        var winner = Assert.Single(outcomes.Index(), outcome => outcome.Item is AcceptOutcome.Accepted);
        Assert.All(outcomes.Where(outcome => outcome != winner.Item), outcome => Assert.Equal(new AcceptOutcome.Repeated(events[winner.Index].Id), outcome));
        Assert.Equal(new DeliveryId(events[winner.Index].Id, Hook.Id), Assert.Single(await ListAsync(Hook)).Id);
    }

    [Fact]
    public async Task The_same_key_with_other_bodies_in_a_race_of_50_is_accepted_once_and_the_others_are_told()
    {
        var claim = AnEvent.SomeClaim();

        var outcomes = await RaceAsync(50, index => AcceptAsync(AnEvent.Death(), claim with { Body = (UInt128)index }));

        Assert.Single(outcomes, outcome => outcome is AcceptOutcome.Accepted);
        Assert.Equal(49, outcomes.Count(outcome => outcome is AcceptOutcome.KeyReused));
        Assert.Single(await ListAsync(Hook));
    }

    [Fact]
    public async Task A_key_is_remembered_over_a_restart()
    {
        var claim = AnEvent.SomeClaim();
        var first = AnEvent.Death();
        await AcceptAsync(first, claim);

        await Backend.RestartAsync();

        Assert.Equal(new AcceptOutcome.Repeated(first.Id), await AcceptAsync(AnEvent.Death(), claim));
        Assert.IsType<AcceptOutcome.KeyReused>(await AcceptAsync(AnEvent.Death(), claim with { Body = 1 }));
        Assert.Single(await ListAsync(Hook));
    }

    [Fact]
    public async Task A_key_is_kept_for_24_hours_and_free_then()
    {
        var claim = AnEvent.SomeClaim();
        var first = AnEvent.Death();
        await AcceptAsync(first, claim);

        var justBefore = await AcceptAsync(AnEvent.Death() with { AcceptedAt = first.AcceptedAt.AddHours(24).AddTicks(-1) }, claim);
        var then = await AcceptAsync(AnEvent.Death() with { AcceptedAt = first.AcceptedAt.AddHours(24) }, claim);

        Assert.IsType<AcceptOutcome.Repeated>(justBefore);
        Assert.IsType<AcceptOutcome.Accepted>(then);
    }

    [Fact]
    public async Task Equal_events_without_a_key_are_two_events()
    {
        var once = AnEvent.Death();
        var again = once with { Id = AnEvent.Death().Id };

        var first = await AcceptAsync(once, Hook);
        var second = await AcceptAsync(again, Hook);

        Assert.True(first < second);
        Assert.Equal(2, (await ListAsync(Hook)).Count);
    }

    [Fact]
    public async Task An_accepted_event_is_there_after_a_restart_with_all_its_deliveries_its_place_and_its_numbers()
    {
        Destination[] destinations = [ADestination.Webhook("a", "T8T9T", "Authorization: Bearer x"), ADestination.Webhook("b", "RR8"), ADestination.Mailbox()];
        await AcceptAsync(AnEvent.ChangeOfAddress(), destinations[0]);
        var subscription = new MatchedSubscription(new SubscriptionId(Guid.NewGuid()), null);
        var accepted = AnEvent.Death();
        var place = await AcceptAsync(accepted, [.. destinations.Select(destination => AnEvent.For(destination, subscription))]);

        await Backend.RestartAsync();

        long[] numbers = [2, 1, 1];
        foreach (var (index, destination) in destinations.Index())
        {
            var open = (await OpenAsync(destination))[^1];
            Assert.Equal(new DeliveryId(accepted.Id, destination.Id), open.Id);
            Assert.Equal(place, open.Place);
            Assert.Equal(numbers[index], open.Number);
            Assert.Equal(accepted.Type, open.Type);
            Assert.Equal(accepted.Form, open.Form);
            Assert.Equal(accepted.Patient, open.Patient);
            Assert.Equal([subscription.Id], open.Subscriptions.Select(matched => matched.Id));
            Assert.Equivalent(destination, await Backend.Deliveries.FindAsync(destination.Id, Cancel), strict: true);
        }

        Assert.Equal(accepted.Body.ToArray(), (await Backend.Events.ReadBodyAsync(place, Cancel)).ToArray());
    }

    [Fact]
    public async Task An_event_that_nobody_wants_is_kept_too()
    {
        var accepted = AnEvent.Death() with { Patient = null };

        var place = await AcceptAsync(accepted);
        await Backend.RestartAsync();

        Assert.Equal(accepted.Body.ToArray(), (await Backend.Events.ReadBodyAsync(place, Cancel)).ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(3 * 1024 * 1024)]
    public async Task A_body_is_read_back_byte_for_byte(int length)
    {
        var body = new byte[length];
        new Random(length).NextBytes(body);

        var place = await AcceptAsync(AnEvent.Death() with { Body = body }, Hook);
        var before = await Backend.Events.ReadBodyAsync(place, Cancel);
        await Backend.RestartAsync();
        var after = await Backend.Events.ReadBodyAsync(place, Cancel);

        Assert.True(before.Span.SequenceEqual(body));
        Assert.True(after.Span.SequenceEqual(body));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_kept_as_they_are()
    {
        byte[] body = [0x00, 0xFF, 0xC3, 0x28, 0x00, .. Encoding.UTF8.GetBytes("é")];

        var place = await AcceptAsync(AnEvent.Death() with { Body = body }, Hook);

        Assert.Equal(body, (await Backend.Events.ReadBodyAsync(place, Cancel)).ToArray());
    }

    [Fact]
    public async Task Once_taken_an_accept_is_not_taken_back_when_its_caller_goes_away()
    {
        using var caller = new CancellationTokenSource();
        var accepted = AnEvent.Death();

        var outcome = Backend.Events.AcceptAsync(accepted, [AnEvent.For(Hook)], null, caller.Token);
        await caller.CancelAsync();

        Assert.IsType<AcceptOutcome.Accepted>(await outcome);
        Assert.Equal(accepted.Id, Assert.Single(await ListAsync(Hook)).Id.Event);
    }

    private Task<AcceptOutcome> AcceptAsync(NewEvent accepted, IdempotencyClaim claim) =>
        Backend.Events.AcceptAsync(accepted, [AnEvent.For(Hook)], claim, Cancel);

    private async Task<Place> AcceptAsync(NewEvent accepted, PlannedDelivery[] deliveries) =>
        Assert.IsType<AcceptOutcome.Accepted>(await Backend.Events.AcceptAsync(accepted, deliveries, null, Cancel)).Place;
}
