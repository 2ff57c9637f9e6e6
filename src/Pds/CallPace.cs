namespace Nems.Pds;

/// <summary>
/// When the next call may go out: evenly spread, because the limit of the API smooths bursts too, and not at all while it asked
/// for a pause. Time is the monotonic one.
/// </summary>
internal sealed class CallPace(int callsPerSecond, TimeSpan longestWait, TimeProvider clock)
{
    /// <summary>A pause is at most so long, whatever was asked for: one call an hour harms nobody, and shows that it is over.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly long started = clock.GetTimestamp();
    private readonly TimeSpan interval = TimeSpan.FromSeconds(1.0 / callsPerSecond);
    private TimeSpan next;
    private TimeSpan pausedUntil;

    /// <summary>How long the pause lasts still; null when there is none.</summary>
    public TimeSpan? Pause
    {
        get
        {
            lock (gate) return pausedUntil > Now ? pausedUntil - Now : null;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(started);

    /// <summary>Takes the next place. False, and none taken, when it is too far off; <paramref name="wait"/> tells how far in both cases.</summary>
    public bool TryReserve(out TimeSpan wait)
    {
        lock (gate)
        {
            var now = Now;
            var place = next > now ? next : now;
            wait = place - now;
            if (wait > longestWait) return false;
            next = place + interval;
            return true;
        }
    }

    public void PauseFor(TimeSpan time)
    {
        lock (gate)
        {
            var until = Now + (time < LongestPause ? time : LongestPause);
            if (until > pausedUntil) pausedUntil = until;
        }
    }
}
