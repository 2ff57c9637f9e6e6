using System.Globalization;
using Nems.Core.Demographics;
using Nems.Pds.Tests.Kit;
using Nems.Testing;

namespace Nems.Pds.Tests;

/// <summary>PDS failing, slow, or asking for a pause.</summary>
public sealed class TroubleTests
{
    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(408)]
    public async Task A_passing_fault_is_tried_again_at_once_with_a_new_request_id(int status)
    {
        await using var test = new PdsUnderTest(onSystemClock: true);
        test.Pds.Answers(new Reply(status), new Reply(200, APatient.Of(Patients.Jo)));

        await test.FindAsync();

        var calls = test.Pds.PatientCalls.ToArray();
        Assert.Equal(2, calls.Length);
        Assert.Equal(2, calls.Select(call => call.Headers!["X-Request-ID"].Single()).Distinct().Count());
        Assert.Single(calls.Select(call => call.Headers!["X-Correlation-ID"].Single()).Distinct());
    }

    [Fact]
    public async Task A_lasting_fault_is_given_up_after_three_calls_and_told_once_until_it_is_over()
    {
        await using var test = new PdsUnderTest(onSystemClock: true);
        test.Pds.OnPatient = (call, _) => Task.FromResult(call <= 6 ? new Reply(500) : new Reply(200, APatient.Of(Patients.Jo)));

        Assert.Null(await test.GetsNothingAsync());
        Assert.Equal(3, test.Pds.PatientCalls.Count);
        await test.GetsNothingAsync();
        await test.FindAsync();

        Assert.Equal(7, test.Pds.PatientCalls.Count);
        Assert.Single(test.Logs.Lines, line => line.StartsWith("pds.unavailable", StringComparison.Ordinal));
        Assert.Single(test.Logs.Lines, line => line.StartsWith("pds.available", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_PDS_that_is_not_there_is_no_answer_and_no_exception()
    {
        await using var test = new PdsUnderTest(onSystemClock: true, "BaseUrl=http://127.0.0.1:1/FHIR/R4");

        Assert.Null(await test.GetsNothingAsync());
    }

    [Fact]
    public async Task A_slow_PDS_is_left_at_the_deadline_and_not_tried_again_by_itself()
    {
        await using var test = new PdsUnderTest();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Pds.OnPatient = (call, _) =>
        {
            reached.TrySetResult();
            return call == 1 ? end.Task : Task.FromResult(new Reply(200, APatient.Of(Patients.Jo)));
        };

        var asking = test.AskAsync();
        await reached.Task;
        test.Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(asking.IsCompleted);
        test.Clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.IsType<DemographicsAnswer.Unavailable>(await asking);
        Assert.Single(test.Pds.PatientCalls);
        await test.FindAsync();
        end.SetResult(new Reply(200));
    }

    [Theory]
    [InlineData(429, "30", 30)]
    [InlineData(503, "30", 30)]
    [InlineData(429, "Mon, 02 Mar 2026 09:00:45 GMT", 45)]
    [InlineData(429, "99999999999999999999", 3600)]
    [InlineData(429, "7200", 3600)]
    public async Task Nobody_is_asked_for_until_the_pause_that_PDS_wants_is_over(int status, string retryAfter, int seconds)
    {
        await using var test = new PdsUnderTest();
        test.Pds.OnPatient = (call, request) => Task.FromResult(
            call == 1 ? new Reply(status, "", "Retry-After", retryAfter) : new Reply(200, APatient.Of(FakePds.NumberIn(request))));

        Assert.Equal(TimeSpan.FromSeconds(seconds), await test.GetsNothingAsync());
        Assert.Equal(TimeSpan.FromSeconds(seconds), await test.GetsNothingAsync(Patients.Sam));
        test.Clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Equal(TimeSpan.FromSeconds(1), await test.GetsNothingAsync(Patients.Sam));
        Assert.Single(test.Pds.PatientCalls);
        test.Clock.Advance(TimeSpan.FromSeconds(1));

        await test.FindAsync(Patients.Sam);
        Assert.Equal(2, test.Pds.PatientCalls.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("soon")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("Mon, 02 Mar 2020 09:00:45 GMT")]
    public async Task A_429_without_a_time_to_wait_rests_a_second(string? retryAfter)
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(429, "", retryAfter is null ? null : "Retry-After", retryAfter), new Reply(200, APatient.Of(Patients.Jo)));

        Assert.Null(await test.GetsNothingAsync());
        await test.GetsNothingAsync();
        Assert.Single(test.Pds.PatientCalls);
        test.Clock.Advance(TimeSpan.FromSeconds(1));

        await test.FindAsync();
    }

    [Fact]
    public async Task Calls_are_spread_over_the_second()
    {
        await using var test = new PdsUnderTest(settings: "CallsPerSecond=5");

        await test.FindAsync(Patients.Jo);
        Task<DemographicsAnswer>[] later = [test.AskAsync(Patients.Sam), test.AskAsync(Patients.Alex)];
        test.Clock.Advance(TimeSpan.FromMilliseconds(199));
        Assert.DoesNotContain(later, asking => asking.IsCompleted);
        Assert.Single(test.Pds.PatientCalls);
        await Eventually.HoldsAsync(() => Pass(test, later), "both were served");

        Assert.All(later, asking => Assert.IsType<DemographicsAnswer.Found>(asking.Result));
    }

    [Fact]
    public void A_place_in_the_pace_is_an_interval_after_the_last_and_not_too_far_off()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var pace = new CallPace(TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(500), clock);

        var waits = Enumerable.Range(0, 5).Select(_ => (Taken: pace.TryReserve(out var wait), wait.TotalMilliseconds)).ToArray();

        Assert.Equal([(true, 0), (true, 200), (true, 400), (false, 600), (false, 600)], waits);
        clock.Advance(TimeSpan.FromMilliseconds(700));
        Assert.True(pace.TryReserve(out var later));
        Assert.Equal(TimeSpan.Zero, later);
    }

    [Fact]
    public async Task Too_many_who_wait_are_turned_away_with_a_time()
    {
        await using var test = new PdsUnderTest(false, "CallsPerSecond=1", "Timeout=00:00:01");
        await test.FindAsync(Patients.Jo);

        var asking = Patients.Numbers(5).Select(number => test.AskAsync(number)).ToArray();
        await Eventually.HoldsAsync(() => asking.Count(task => task.IsCompleted) == 4, "four were turned away");

        Assert.All(asking.Where(task => task.IsCompleted), task => Assert.NotNull(Assert.IsType<DemographicsAnswer.Unavailable>(task.Result).RetryAfter));
        await Eventually.HoldsAsync(() => Pass(test, asking), "the fifth was served");
        Assert.Single(await Task.WhenAll(asking), answer => answer is DemographicsAnswer.Found);
    }

    [Fact]
    public async Task The_end_of_the_service_ends_what_waits()
    {
        await using var test = new PdsUnderTest();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Pds.OnPatient = (_, _) =>
        {
            reached.TrySetResult();
            return end.Task;
        };

        var asking = test.AskAsync();
        await reached.Task;
        await test.StopAsync();

        Assert.IsType<DemographicsAnswer.Unavailable>(await asking);
        end.SetResult(new Reply(200));
    }

    /// <summary>Lets a little time go by at each look, far slower than the deadline of a call.</summary>
    private static bool Pass(PdsUnderTest test, Task<DemographicsAnswer>[] asking)
    {
        test.Clock.Advance(TimeSpan.FromMilliseconds(10));
        return asking.All(task => task.IsCompleted);
    }

    [Fact]
    public void A_pause_is_never_made_shorter()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var pace = new CallPace(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), clock);

        pace.PauseFor(TimeSpan.FromSeconds(30));
        pace.PauseFor(TimeSpan.FromSeconds(5));

        Assert.Equal("00:00:30", pace.Pause!.Value.ToString("c", CultureInfo.InvariantCulture));
    }
}
