using Microsoft.Extensions.Options;
using Nems.Core.Deliver;

namespace Nems.Core.Retry;

/// <summary>The one place that decides what follows an attempt (design decision 3.5). Pure: chance comes in as an argument.</summary>
public sealed class RetryPolicy
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);
    private readonly TimeSpan[] schedule;
    private readonly RetryOptions options;

    public RetryPolicy(IOptions<RetryOptions> options)
    {
        this.options = options.Value;
        schedule = this.options.Schedule.Count > 0 ? [.. this.options.Schedule] : [.. RetryOptions.DefaultSchedule];
        WholeSchedule = schedule.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay);
    }

    /// <summary>The length of the whole schedule: a destination without a 2xx for so long is turned off.</summary>
    public TimeSpan WholeSchedule { get; }

    /// <param name="answer">What the channel reported.</param>
    /// <param name="attempt">Which attempt this was, from 1; faults of our own and probes do not count.</param>
    /// <param name="chance">0 to 1, for the jitter.</param>
    public NextStep After(Answer answer, int attempt, double chance) => answer.Outcome switch
    {
        AttemptOutcome.Delivered => new NextStep.Done(),
        AttemptOutcome.Gone => new NextStep.TurnOff(),
        AttemptOutcome.OwnFault => new NextStep.SameAgain(options.OwnFaultDelay),
        AttemptOutcome.MessageRefused or AttemptOutcome.AccessRefused or AttemptOutcome.NotNow or AttemptOutcome.Unreachable
            when attempt > schedule.Length => new NextStep.DeadLetter(),
        AttemptOutcome.MessageRefused or AttemptOutcome.AccessRefused
            => new NextStep.Retry(RetryAfter(answer) ?? Jittered(Longer(schedule[attempt - 1], schedule[schedule.Length / 2]), chance), NeedsAttention: true),
        AttemptOutcome.NotNow or AttemptOutcome.Unreachable
            => new NextStep.Retry(RetryAfter(answer) ?? Jittered(schedule[attempt - 1], chance), NeedsAttention: false),
    };

    /// <summary>How long after a failed probe the next one is due.</summary>
    /// <param name="answer">What the probe met.</param>
    /// <param name="probe">Which probe since the breaker opened, from 0 for its opening.</param>
    /// <param name="chance">0 to 1, for the jitter.</param>
    public TimeSpan ProbeDelay(Answer answer, int probe, double chance)
    {
        if (RetryAfter(answer) is { } asked) return asked;
        var delay = Jittered(schedule[Math.Min(probe, schedule.Length - 1)], chance);
        return delay < options.ProbeAtMost ? delay : options.ProbeAtMost;
    }

    private static TimeSpan? RetryAfter(Answer answer) =>
        answer.RetryAfter is { } asked ? (asked < LongestRetryAfter ? asked : LongestRetryAfter) : null;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private TimeSpan Jittered(TimeSpan delay, double chance) => delay * (1 + options.Jitter * (2 * chance - 1));
}
