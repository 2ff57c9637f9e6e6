using Microsoft.Extensions.Time.Testing;
using Nems.Core.Demographics;
using Nems.Core.Keys;
using Nems.Pds.Tests.Kit;
using Nems.Testing;

namespace Nems.Pds.Tests;

public sealed class CacheTests
{
    [Fact]
    public async Task An_answer_is_used_again_for_five_minutes_with_its_age()
    {
        await using var test = new PdsUnderTest();
        var asked = test.Clock.GetUtcNow();

        await test.FindAsync();
        test.Clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(asked, (await test.FindAsync()).AsOf);
        Assert.Single(test.Pds.PatientCalls);
        test.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(test.Clock.GetUtcNow(), (await test.FindAsync()).AsOf);
        Assert.Equal(2, test.Pds.PatientCalls.Count);
    }

    [Fact]
    public async Task Who_wants_a_newer_answer_gets_one()
    {
        await using var test = new PdsUnderTest();

        await test.FindAsync();
        test.Clock.Advance(TimeSpan.FromSeconds(10));
        test.Pds.Answers(new Reply(200, APatient.WithSecurity(Patients.Jo, "R")));
        Assert.False((await test.FindAsync(notOlderThan: TimeSpan.FromSeconds(10))).IsSensitive);
        Assert.True((await test.FindAsync(notOlderThan: TimeSpan.FromSeconds(9))).IsSensitive);

        Assert.True((await test.FindAsync(notOlderThan: TimeSpan.FromMinutes(5))).IsSensitive);
        Assert.Equal(2, test.Pds.PatientCalls.Count);
    }

    [Fact]
    public async Task That_there_is_no_record_is_kept_too()
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(Reply.NotFound);

        await test.AskAsync();

        Assert.IsType<DemographicsAnswer.NoRecord>(await test.AskAsync());
        Assert.Single(test.Pds.PatientCalls);
    }

    [Fact]
    public async Task That_there_was_no_answer_is_not_kept()
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(403), new Reply(200, APatient.Of(Patients.Jo)));

        await test.GetsNothingAsync();

        await test.FindAsync();
    }

    [Fact]
    public async Task Without_a_cache_every_look_up_asks()
    {
        await using var test = new PdsUnderTest(settings: "CacheFor=00:00:00");

        await test.FindAsync();
        await test.FindAsync();

        Assert.Equal(2, test.Pds.PatientCalls.Count);
    }

    [Fact]
    public async Task Those_who_ask_for_one_patient_at_once_share_one_call_and_one_going_away_does_not_end_it()
    {
        await using var test = new PdsUnderTest();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Pds.OnPatient = (_, _) =>
        {
            reached.TrySetResult();
            return end.Task;
        };
        using var impatient = new CancellationTokenSource();

        var first = test.AskAsync(cancel: impatient.Token);
        var others = Enumerable.Range(0, 20).Select(_ => test.AskAsync()).ToArray();
        await reached.Task;
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        end.SetResult(new Reply(200, APatient.Of(Patients.Jo)));

        Assert.All(await Task.WhenAll(others), answer => Assert.IsType<DemographicsAnswer.Found>(answer));
        Assert.Single(test.Pds.PatientCalls);
    }

    [Fact]
    public async Task A_call_under_way_is_not_shared_with_one_who_wants_a_newer_answer()
    {
        await using var test = new PdsUnderTest();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Pds.OnPatient = (call, _) =>
        {
            reached.TrySetResult();
            return call == 1 ? end.Task : Task.FromResult(new Reply(200, APatient.WithSecurity(Patients.Jo, "R")));
        };

        var earlier = test.FindAsync();
        await reached.Task;
        test.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await test.FindAsync(notOlderThan: TimeSpan.FromSeconds(1))).IsSensitive);
        end.SetResult(new Reply(200, APatient.Of(Patients.Jo)));
        Assert.False((await earlier).IsSensitive);

        // The earlier call ended later: its older answer does not take the place of the newer.
        Assert.True((await test.FindAsync()).IsSensitive);
        Assert.Equal(2, test.Pds.PatientCalls.Count);
    }

    [Fact]
    public async Task A_call_that_is_not_wanted_any_more_is_not_made()
    {
        await using var test = new PdsUnderTest();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.AskAsync(cancel: new CancellationToken(canceled: true)));

        Assert.Empty(test.Pds.PatientCalls);
    }

    [Fact]
    public void No_more_is_kept_than_the_limit_and_the_oldest_goes_first()
    {
        var clock = new FakeTimeProvider();
        var cache = new AnswerCache(TimeSpan.FromMinutes(5), most: 3, clock);

        for (var number = 1; number <= 5; number++) cache.Keep(new PatientKey((UInt128)number), new DemographicsAnswer.NoRecord(), clock.GetUtcNow());

        Assert.Equal(3, cache.Count);
        Assert.Null(cache.Find(new PatientKey(2), TimeSpan.FromMinutes(5)));
        Assert.NotNull(cache.Find(new PatientKey(3), TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void What_is_too_old_to_be_used_is_not_kept_either()
    {
        var clock = new FakeTimeProvider();
        var cache = new AnswerCache(TimeSpan.FromMinutes(5), most: 100, clock);

        cache.Keep(new PatientKey(1), new DemographicsAnswer.NoRecord(), clock.GetUtcNow());
        clock.Advance(TimeSpan.FromMinutes(5));
        cache.Keep(new PatientKey(2), new DemographicsAnswer.NoRecord(), clock.GetUtcNow());

        Assert.Equal(1, cache.Count);
    }
}
