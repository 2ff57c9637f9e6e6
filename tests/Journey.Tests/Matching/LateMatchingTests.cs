using System.Net;
using Nems.Core.Events;
using Nems.Journey.Tests.Delivering;
using Nems.Testing;

namespace Nems.Journey.Tests.Matching;

/// <summary>A source of demographics that is slow, away or asks for time: publishing goes on, nothing is lost, and order holds.</summary>
public sealed class LateMatchingTests
{
    private const string Impatient = "Nems:Match:WaitForDemographics=00:00:00.02";

    [Fact]
    public async Task While_the_source_is_away_events_are_accepted_and_wait_and_come_in_order_also_with_those_posted_after_it_came_back()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        await using var nems = await Sourced.StartAsync(subscriber, source, clock);
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        await nems.Client.SubscribeAsync(Patients.Sam, subscriber.Url());
        List<Message> messages = [];

        source.IsAway();
        for (var number = 1; number <= 3; number++) await PublishBothAsync(number);
        await Eventually.HoldsAsync(() => nems.Late().Held == 6, "six events wait");
        Assert.Empty(subscriber.Begun);

        // The source answers again, and what is posted now waits behind the patient's earlier ones.
        source.IsBack();
        for (var number = 4; number <= 6; number++) await PublishBothAsync(number);
        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 12, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        for (var number = 7; number <= 8; number++) await PublishBothAsync(number);

        var received = await subscriber.ReceivesAsync(16);
        foreach (var patient in new[] { Patients.Jo, Patients.Sam })
        {
            var mine = Sourced.Bodies(messages.Where(message => message.RoutingNumber() == patient));
            Assert.Equal(mine, Sourced.Bodies(received).Where(mine.Contains));
        }

        Assert.Equal(Enumerable.Range(1, 16).Select(number => (long)number), received.Select(request => request.Sequence).Order());
        Assert.Equal(0, nems.Late().Held);

        async Task PublishBothAsync(int number)
        {
            foreach (var patient in new[] { Patients.Jo, Patients.Sam })
            {
                messages.Add((number % 2 == 0 ? Message.Death : Message.Hearing).About(patient).Numbered(number));
                await nems.Client.PublishAsync(messages[^1]);
            }
        }
    }

    [Fact]
    public async Task A_slow_source_holds_up_no_publisher_and_the_event_comes_when_the_answer_does()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var source = new FakeDemographics(TimeProvider.System);
        await using var nems = await Sourced.StartAsync(subscriber, source, settings: [Impatient]);
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var answers = new TaskCompletionSource();
        source.AnswersAfter(answers.Task, Patients.Jo);
        var message = Message.Death.About(Patients.Jo);

        // Answered although the source has not, and never would while we wait here.
        var accepted = await nems.Client.PublishAsync(message);
        Assert.Empty(subscriber.Begun);
        answers.SetResult();

        var request = (await subscriber.ReceivesAsync(1)).Single();
        Assert.Equal((accepted.ToString(), 1L), (request.Headers["Nems-Event-Id"], request.Sequence));
        Assert.Equal(message.Body, request.Body);
    }

    [Fact]
    public async Task A_source_that_asks_for_time_is_given_it_and_other_patients_do_not_wait()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        await using var nems = await Sourced.StartAsync(subscriber, source, clock);
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        await nems.Client.SubscribeAsync(Patients.Sam, subscriber.Url());
        source.IsAway(TimeSpan.FromMinutes(10), Patients.Jo);

        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await Eventually.HoldsAsync(() => AskedAbout(Patients.Jo) == 2, "it was asked when it was posted and once more");
        var sams = await nems.Client.PublishAsync(Message.Death.About(Patients.Sam));
        Assert.Equal(sams.ToString(), Assert.Single(await subscriber.ReceivesAsync(1)).Headers["Nems-Event-Id"]);

        source.IsBack();
        var passed = await nems.PassUntilAsync(() => subscriber.Accepted.Count == 2, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(11));
        Assert.True(passed >= TimeSpan.FromMinutes(10), $"asked again after {passed}");
        Assert.Equal(3, AskedAbout(Patients.Jo));

        int AskedAbout(string patient) => source.Asked.Count(number => number == patient);
    }

    [Fact]
    public async Task Patients_of_whom_the_source_never_says_anything_hold_back_nobody_else()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var source = new FakeDemographics(TimeProvider.System);
        await using var nems = await Sourced.StartAsync(subscriber, source, settings: [Impatient]);
        var never = Patients.Numbers(12);
        foreach (var number in never) source.Hangs(number);
        foreach (var number in never) await nems.Client.PublishAsync(Message.Hearing.About(number));
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        await nems.Client.SubscribeAsync(Patients.Sam, subscriber.Url());

        // One whose facts come a moment late, and one whose facts are at hand.
        var answers = new TaskCompletionSource();
        source.AnswersAfter(answers.Task, Patients.Jo);
        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.Client.PublishAsync(Message.Death.About(Patients.Sam));
        answers.SetResult();

        await subscriber.ReceivesAsync(2, TimeSpan.FromSeconds(25));
        Assert.Equal(12, nems.Late().Held);
    }

    [Fact]
    public async Task A_source_that_breaks_its_word_and_throws_costs_time_and_no_event()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        await using var nems = await Sourced.StartAsync(subscriber, source, clock);
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        source.IsAway();
        Message[] messages = [Message.Hearing.About(Patients.Jo), Message.Death.About(Patients.Jo)];
        foreach (var message in messages) await nems.Client.PublishAsync(message);

        source.Throws();
        var asked = source.Asked.Count;
        await nems.PassUntilAsync(() => source.Asked.Count >= asked + 3, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        source.IsBack();
        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 2, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2));

        Assert.Equal(Sourced.Bodies(messages), Sourced.Bodies(subscriber.Accepted));
    }

    [Fact]
    public async Task The_subscriptions_that_stood_at_acceptance_and_still_stand_get_it_and_no_others()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        source.Has(Patients.Jo, "ZZ99 1AB", "B86056");
        await using var nems = await Sourced.StartAsync(subscriber, source, clock);
        var (stands, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url("stands"));
        var (byRule, _) = await nems.Client.SubscribeByRuleAsync("GP_GP_GP", "B86056", EventType.Death, subscriber.Url("rule"));
        var (deleted, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url("deleted"));
        var (deletedRule, _) = await nems.Client.SubscribeByRuleAsync("COUNTRYCODE", "E92000001", EventType.Death, subscriber.Url("deleted"));
        source.IsAway();
        await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));

        // The moment of creation is kept in milliseconds.
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url("late"));
        await nems.Client.SubscribeByRuleAsync("COUNTRYCODE", "E92000001", EventType.Death, subscriber.Url("late"), more: "&tag=late");
        foreach (var id in new[] { deleted, deletedRule })
            using (var answer = await nems.Client.DeleteSubscriptionAsync(id)) Assert.True(answer.IsSuccessStatusCode);
        source.IsBack();
        await nems.PassUntilAsync(() => nems.Late().Held == 0, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));

        // The next event reaches the late ones too, under the first number at their destinations.
        await nems.Client.PublishAsync(Message.Death.About(Patients.Jo).Numbered(2));
        var received = await subscriber.ReceivesAsync(5);
        Assert.Equal(["/late 1", "/rule 1", "/rule 2", "/stands 1", "/stands 2"], received.Select(request => $"{request.Path} {request.Sequence}").Order());
        Assert.All(received.Where(request => request.Path == "/stands"), request => Assert.Equal(stands, request.Headers["Nems-Subscriptions"]));
        Assert.All(received.Where(request => request.Path == "/rule"), request => Assert.Equal(byRule, request.Headers["Nems-Subscriptions"]));
    }

    [Fact]
    public async Task A_repeat_under_its_key_while_the_event_waits_is_the_same_event_and_another_body_is_refused()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        await using var nems = await Sourced.StartAsync(subscriber, source, clock);
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var message = Message.Death.About(Patients.Jo);
        source.IsAway();

        var first = await nems.Client.PublishAsync(message, "key-1");
        Assert.Equal(first, await nems.Client.PublishAsync(message, "key-1"));
        using (var other = await nems.Client.PostEventAsync(message.Numbered(2), idempotencyKey: "key-1")) Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        source.IsBack();
        Assert.Equal(first, await nems.Client.PublishAsync(message, "key-1"));
        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 1, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        Assert.Equal(first, await nems.Client.PublishAsync(message, "key-1"));

        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        Assert.Equal([1, 2], (await subscriber.ReceivesAsync(2)).Select(request => request.Sequence));
    }

    [Fact]
    public async Task Numbers_have_no_gap_where_some_events_are_matched_later()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        await using var nems = await Sourced.StartAsync(subscriber, source, clock);
        var patients = Patients.Numbers(9);
        foreach (var (index, patient) in patients.Index())
        {
            source.Has(patient, index % 3 == 0 ? "ZZ99 1AB" : "ZZ99 2AA", "B86056");
            if (index % 2 == 0) source.IsAway(about: patient);
        }

        await nems.Client.SubscribeByRuleAsync("GP_GP_GP", "B86056", EventType.Death, subscriber.Url("all"));
        await nems.Client.SubscribeByRuleAsync("COUNTRYCODE", "E92000001", EventType.Death, subscriber.Url("some"));

        await Task.WhenAll(patients.SelectMany((patient, index) => Enumerable.Range(1, 3).Select(turn => nems.Client.PublishAsync(Message.Death.About(patient).Numbered(10 * index + turn)))));
        await Eventually.HoldsAsync(() => nems.Late().Held == 15, "five patients' events wait");
        source.IsBack();
        await nems.PassUntilAsync(() => subscriber.Accepted.Count == 36, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));

        foreach (var (path, count) in new[] { ("/all", 27), ("/some", 9) })
            Assert.Equal(Enumerable.Range(1, count).Select(number => (long)number), subscriber.Accepted.Where(request => request.Path == path).Select(request => request.Sequence).Order());
    }
}
