using Microsoft.Extensions.Options;
using Nems.Core.Deliver;
using Nems.Core.Retry;

namespace Nems.Core.Tests.Retry;

public sealed class RetryPolicyTests
{
    private static readonly RetryPolicy Policy = new(Options.Create(new RetryOptions()));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 60)]
    [InlineData(3, 300)]
    [InlineData(4, 1800)]
    [InlineData(5, 7200)]
    [InlineData(6, 18000)]
    [InlineData(7, 36000)]
    [InlineData(8, 50400)]
    [InlineData(9, 72000)]
    [InlineData(10, 86400)]
    public void The_default_schedule_is_the_documented_one(int attempt, int seconds)
    {
        Assert.Equal(new NextStep.Retry(TimeSpan.FromSeconds(seconds), false), Policy.After(new Answer(AttemptOutcome.NotNow, 503), attempt, 0.5));
    }

    [Fact]
    public void After_the_last_delay_comes_the_dead_letter() =>
        Assert.IsType<NextStep.DeadLetter>(Policy.After(new Answer(AttemptOutcome.Unreachable), 11, 0.5));

    [Theory]
    [InlineData(0, 0.8)]
    [InlineData(1, 1.2)]
    public void The_jitter_is_a_fifth_either_way(double chance, double factor) =>
        Assert.Equal(new NextStep.Retry(TimeSpan.FromSeconds(60) * factor, false), Policy.After(new Answer(AttemptOutcome.NotNow, 500), 2, chance));

    [Theory]
    [InlineData(AttemptOutcome.MessageRefused)]
    [InlineData(AttemptOutcome.AccessRefused)]
    public void A_refusal_waits_at_least_the_delay_from_the_middle_of_the_list(AttemptOutcome outcome)
    {
        Assert.Equal(new NextStep.Retry(TimeSpan.FromHours(5), true), Policy.After(new Answer(outcome, 403), 1, 0.5));
        Assert.Equal(new NextStep.Retry(TimeSpan.FromHours(14), true), Policy.After(new Answer(outcome, 403), 8, 0.5));
    }

    [Fact]
    public void Retry_after_replaces_the_delay_without_jitter_up_to_a_day()
    {
        Assert.Equal(new NextStep.Retry(TimeSpan.FromSeconds(3), false), Policy.After(new Answer(AttemptOutcome.NotNow, 429, TimeSpan.FromSeconds(3)), 4, 1));
        Assert.Equal(new NextStep.Retry(TimeSpan.FromHours(24), false), Policy.After(new Answer(AttemptOutcome.NotNow, 429, TimeSpan.FromHours(30)), 1, 1));
    }

    [Fact]
    public void A_fault_of_our_own_is_the_same_attempt_again() =>
        Assert.IsType<NextStep.SameAgain>(Policy.After(new Answer(AttemptOutcome.OwnFault), 99, 0.5));

    [Fact]
    public void A_410_turns_off_and_a_2xx_is_done()
    {
        Assert.IsType<NextStep.TurnOff>(Policy.After(new Answer(AttemptOutcome.Gone, 410), 1, 0.5));
        Assert.IsType<NextStep.Done>(Policy.After(Answer.Ok, 1, 0.5));
    }

    [Fact]
    public void Probes_follow_the_schedule_but_at_most_five_minutes_apart()
    {
        var failed = new Answer(AttemptOutcome.Unreachable);

        Assert.Equal(TimeSpan.FromSeconds(5), Policy.ProbeDelay(failed, 0, 0.5));
        Assert.Equal(TimeSpan.FromMinutes(1), Policy.ProbeDelay(failed, 1, 0.5));
        Assert.Equal(TimeSpan.FromMinutes(5), Policy.ProbeDelay(failed, 7, 0.5));
        Assert.Equal(TimeSpan.FromMinutes(20), Policy.ProbeDelay(new Answer(AttemptOutcome.NotNow, 503, TimeSpan.FromMinutes(20)), 1, 0.5));
    }
}
