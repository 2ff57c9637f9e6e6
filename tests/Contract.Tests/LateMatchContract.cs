using System.Collections.Concurrent;
using Nems.Core.Audit;
using Nems.Core.Deliver;
using Nems.Core.Match;
using Nems.Core.Ports;
using Nems.Core.Publish;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>Events that are accepted before they can be matched: kept, found again, matched once, in each patient's order.</summary>
public abstract class LateMatchContract(Backend backend) : ContractTest(backend)
{
    private static readonly Destination Hook = ADestination.Webhook();
    private static readonly Destination Other = ADestination.Webhook("other");
    private static readonly MatchFacts Facts = new(["gp:B86056:pds-death-notification-1"], 41, true);

    [Fact]
    public async Task What_is_accepted_unmatched_has_a_place_a_body_and_no_delivery_and_is_listed_over_a_restart()
    {
        var accepted = AnEvent.ChangeOfAddress();

        var outcome = await AcceptAsync(accepted, isMatched: false);
        await Backend.RestartAsync();

        Assert.False(outcome.IsMatched);
        Assert.Equal(
            new UnmatchedEvent(outcome.Place, accepted.Id, accepted.Type, accepted.Form, accepted.Patient, accepted.AcceptedAt),
            Assert.Single(await UnmatchedAsync()));
        Assert.Equal(accepted.Body.ToArray(), (await Backend.Events.ReadBodyAsync(outcome.Place, Cancel)).ToArray());
        Assert.Empty(await ListAsync(Hook));
    }

    [Fact]
    public async Task Matching_gives_all_deliveries_the_next_numbers_and_the_event_waits_no_more_also_over_a_restart()
    {
        var waits = AnEvent.Death();
        await AcceptAsync(waits, isMatched: false);
        await AcceptAsync(AnEvent.Death(), isMatched: true);
        var unmatched = Assert.Single(await UnmatchedAsync());

        await MatchAsync(unmatched, Hook, Other);
        await Backend.RestartAsync();

        Assert.Empty(await UnmatchedAsync());
        var late = (await OpenAsync(Hook)).Single(delivery => delivery.Id.Event == waits.Id);
        Assert.Equal((2L, unmatched.Place, waits.Type, waits.Form, waits.Patient), (late.Number, late.Place, late.Type, late.Form, late.Patient));
        Assert.Equal(1, Assert.Single(await OpenAsync(Other)).Number);
    }

    [Fact]
    public async Task Matching_twice_also_with_another_result_and_in_a_race_and_over_a_restart_is_matching_once()
    {
        await AcceptAsync(AnEvent.Death(), isMatched: false);
        var unmatched = Assert.Single(await UnmatchedAsync());

        await RaceAsync(20, async index =>
        {
            await MatchAsync(unmatched, index % 2 == 0 ? Hook : Other);
            return index;
        });
        await Backend.RestartAsync();
        await MatchAsync(unmatched, Hook, Other);

        Assert.Single((await ListAsync(Hook)).Concat(await ListAsync(Other)));
        var trail = await Backend.Audit.ReadAsync(unmatched.Id, 100, Cancel);
        Assert.Equal([AuditAction.EventAccepted, AuditAction.EventMatchedLater], trail.Select(entry => entry.Action));
        await AcceptAsync(AnEvent.Death(), isMatched: true);
        Assert.Equal(Enumerable.Range(1, (await ListAsync(Hook)).Count).Select(number => (long)number), (await ListAsync(Hook)).Select(record => record.Number));
    }

    [Fact]
    public async Task An_event_that_was_matched_when_it_was_accepted_is_not_matched_again()
    {
        var accepted = AnEvent.Death();
        var outcome = await AcceptAsync(accepted, isMatched: true);

        await MatchAsync(new UnmatchedEvent(outcome.Place, accepted.Id, accepted.Type, accepted.Form, accepted.Patient, accepted.AcceptedAt), Hook, Other);

        Assert.Single(await ListAsync(Hook));
        Assert.Empty(await ListAsync(Other));
    }

    [Theory]
    [InlineData(true, "flagged")]
    [InlineData(false, null)]
    public async Task Matching_nobody_is_a_match_and_the_trail_says_when_a_flag_was_the_reason(bool isFlagged, string? reason)
    {
        await AcceptAsync(AnEvent.Death(), isMatched: false);
        var unmatched = Assert.Single(await UnmatchedAsync());

        await Backend.Events.MatchAsync(unmatched, Facts with { Keys = [], IsFlagged = isFlagged }, [], 0, Cancel);

        Assert.Empty(await UnmatchedAsync());
        Assert.Equal([null, reason], (await Backend.Audit.ReadAsync(unmatched.Id, 10, Cancel)).Select(entry => entry.Reason));
    }

    [Fact]
    public async Task Pages_of_those_that_wait_are_complete_in_the_order_of_places_and_leave_out_the_matched()
    {
        for (var index = 0; index < 25; index++)
        {
            await AcceptAsync(AnEvent.Death(), isMatched: false);
            await AcceptAsync(AnEvent.Death(), isMatched: true);
        }

        var all = await UnmatchedAsync();
        Assert.Equal(25, all.Count);
        foreach (var each in all.Where((_, index) => index % 5 == 2)) await MatchAsync(each, Hook);

        List<UnmatchedEvent> paged = [];
        while (await Backend.Events.UnmatchedAsync(paged.Count == 0 ? default : paged[^1].Place, 7, Cancel) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 7);
            paged.AddRange(page);
        }

        Assert.Equal(all.Where((_, index) => index % 5 != 2), paged);
        Assert.Equal(paged.Select(unmatched => unmatched.Place).Order(), paged.Select(unmatched => unmatched.Place));
    }

    [Fact]
    public async Task A_later_event_of_a_patient_who_waits_waits_too_and_one_of_another_patient_or_of_none_does_not()
    {
        var patient = AnEvent.SomePatient();
        await AcceptAsync(AnEvent.Death(patient), isMatched: false);
        await AcceptAsync(AnEvent.Death() with { Patient = null }, isMatched: false);

        var later = await AcceptAsync(AnEvent.ChangeOfAddress(patient), isMatched: true);
        var other = await AcceptAsync(AnEvent.Death(), isMatched: true);
        var nobody = await AcceptAsync(AnEvent.Death() with { Patient = null }, isMatched: true);

        Assert.Equal((false, true, true), (later.IsMatched, other.IsMatched, nobody.IsMatched));
        Assert.Equal(3, (await UnmatchedAsync()).Count);
        Assert.Equal(2, (await ListAsync(Hook)).Count);
    }

    [Fact]
    public async Task That_rule_holds_over_a_restart_and_ends_with_the_last_that_waits()
    {
        var patient = AnEvent.SomePatient();
        await AcceptAsync(AnEvent.Death(patient), isMatched: false);
        await AcceptAsync(AnEvent.Death(patient), isMatched: false);
        await Backend.RestartAsync();

        await MatchAsync((await UnmatchedAsync())[0], Hook);
        Assert.False((await AcceptAsync(AnEvent.Death(patient), isMatched: true)).IsMatched);
        foreach (var waits in await UnmatchedAsync()) await MatchAsync(waits, Hook);

        Assert.True((await AcceptAsync(AnEvent.Death(patient), isMatched: true)).IsMatched);
        Assert.Equal([1L, 2L, 3L, 4L], (await ListAsync(Hook)).Select(record => record.Number));
    }

    [Fact]
    public async Task In_a_race_of_accepts_and_matches_each_patients_deliveries_are_numbered_in_the_order_of_places()
    {
        var inbox = new Inbox();
        Backend.Events.HandOverTo(inbox);
        var patients = Enumerable.Range(0, 8).Select(_ => AnEvent.SomePatient()).ToArray();
        var (waiting, matched) = (0, 0);
        var accepting = RaceAsync(400, async index =>
        {
            var outcome = await AcceptAsync(AnEvent.Death(patients[index % 8]), isMatched: index % 5 != 0);
            if (!outcome.IsMatched) Interlocked.Increment(ref waiting);
            return outcome;
        });

        // As late matching does it: what was handed over, in that order, while others are still being accepted.
        while (!accepting.IsCompleted || matched < Volatile.Read(ref waiting))
        {
            if (inbox.TryAt(matched, out var next))
            {
                await MatchAsync(next, Hook);
                matched++;
            }
            else
            {
                await Task.Yield();
            }
        }

        await accepting;
        Assert.Empty(await UnmatchedAsync());
        var open = await OpenAsync(Hook);
        Assert.Equal(Enumerable.Range(1, 400).Select(number => (long)number), open.Select(delivery => delivery.Number));
        foreach (var ofPatient in open.GroupBy(delivery => delivery.Patient))
            Assert.Equal(ofPatient.Select(delivery => delivery.Place).Order(), ofPatient.Select(delivery => delivery.Place));
    }

    [Fact]
    public async Task Those_that_wait_are_handed_over_in_the_order_of_commit_as_they_are_listed_and_none_that_were_matched()
    {
        var inbox = new Inbox();
        Backend.Events.HandOverTo(inbox);

        await RaceAsync(100, index => AcceptAsync(AnEvent.Death(), isMatched: index % 2 == 0));

        await Eventually.HoldsAsync(() => inbox.Count >= 50, "50 events were handed over");
        Assert.Equal(await UnmatchedAsync(), inbox.All);
    }

    [Fact]
    public async Task A_repeat_of_one_that_waits_is_told_its_id_and_is_not_handed_over()
    {
        var inbox = new Inbox();
        Backend.Events.HandOverTo(inbox);
        var claim = AnEvent.SomeClaim();
        var first = AnEvent.Death();

        var once = await Backend.Events.AcceptAsync(first, null, claim, Cancel);
        var again = await Backend.Events.AcceptAsync(AnEvent.Death(), null, claim, Cancel);
        var matched = await Backend.Events.AcceptAsync(AnEvent.Death(), [AnEvent.For(Hook)], claim, Cancel);

        Assert.False(Assert.IsType<AcceptOutcome.Accepted>(once).IsMatched);
        Assert.Equal([new AcceptOutcome.Repeated(first.Id), new AcceptOutcome.Repeated(first.Id)], [again, matched]);
        Assert.Equal(first.Id, Assert.Single(await UnmatchedAsync()).Id);
        Assert.Equal(first.Id, Assert.Single(inbox.All).Id);
        Assert.Empty(await ListAsync(Hook));
    }

    private async Task<AcceptOutcome.Accepted> AcceptAsync(NewEvent accepted, bool isMatched) =>
        Assert.IsType<AcceptOutcome.Accepted>(await Backend.Events.AcceptAsync(accepted, isMatched ? [AnEvent.For(Hook)] : null, null, Cancel));

    private ValueTask<IReadOnlyList<UnmatchedEvent>> UnmatchedAsync() => Backend.Events.UnmatchedAsync(default, 1000, Cancel);

    private Task MatchAsync(UnmatchedEvent unmatched, params Destination[] destinations) =>
        Backend.Events.MatchAsync(unmatched, Facts, [.. destinations.Select(destination => AnEvent.For(destination))], 0, Cancel);

    private sealed class Inbox : IUnmatchedInbox
    {
        private readonly ConcurrentQueue<UnmatchedEvent> waiting = new();

        public int Count => waiting.Count;

        public IReadOnlyList<UnmatchedEvent> All => [.. waiting];

        public bool TryAt(int index, out UnmatchedEvent unmatched)
        {
            unmatched = waiting.ElementAtOrDefault(index)!;
            return unmatched is not null;
        }

        public void Waits(UnmatchedEvent unmatched) => waiting.Enqueue(unmatched);
    }
}
