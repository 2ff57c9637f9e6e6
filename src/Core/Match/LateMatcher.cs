using Microsoft.Extensions.Logging;
using Nems.Core.Events;
using Nems.Core.Ports;

namespace Nems.Core.Match;

/// <summary>
/// Matches what was accepted unmatched: each patient's events in the order of acceptance, patients side by side, so that one
/// whose facts do not come holds back nobody else. Memory holds a bounded number; the rest waits in the store.
/// </summary>
public sealed partial class LateMatcher : IUnmatchedInbox, IDisposable
{
    private const int Window = 50_000;
    private const int SideBySide = 4;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Waiting> patients = [];
    private readonly PriorityQueue<Waiting, DateTimeOffset> due = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly IEventStore events;
    private readonly MatchLater matchLater;
    private readonly TimeProvider clock;
    private readonly ILogger<LateMatcher> log;
    private readonly ITimer timer;
    private Place lastSeen;
    private int held;
    private int running;
    private bool moreInStore = true;
    private bool isLoading;
    private bool isStarted;
    private Place leftInStore;
    private TaskCompletionSource? drained;

    internal LateMatcher(IEventStore events, MatchLater matchLater, TimeProvider clock, ILogger<LateMatcher> log)
    {
        this.events = events;
        this.matchLater = matchLater;
        this.clock = clock;
        this.log = log;
        timer = clock.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many events wait in memory.</summary>
    public int Held
    {
        get
        {
            lock (gate) return held;
        }
    }

    /// <summary>Takes up what waited when the process ended. Called once, after the lanes have started.</summary>
    public void Start()
    {
        events.HandOverTo(this);
        lock (gate) isStarted = true;
        Pump();
    }

    public async Task StopAsync(CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref drained, done);
        await stopping.CancelAsync();
        if (Volatile.Read(ref running) > 0) await done.Task.WaitAsync(cancel);
    }

    public void Waits(UnmatchedEvent unmatched)
    {
        lock (gate)
        {
            if (unmatched.Place <= lastSeen) return;
            if (moreInStore || held >= Window)
            {
                // To be read from the store in its turn.
                leftInStore = unmatched.Place;
                moreInStore = true;
            }
            else
            {
                Add(unmatched);
            }
        }

        Pump();
    }

    public void Dispose()
    {
        timer.Dispose();
        stopping.Dispose();
    }

    private void Add(UnmatchedEvent unmatched)
    {
        lastSeen = unmatched.Place;
        held++;
        var key = unmatched.Patient?.Value ?? (UInt128)(ulong)unmatched.Place.Value;
        if (patients.TryGetValue(key, out var patient))
        {
            patient.Events.Enqueue(unmatched);
            return;
        }

        patients[key] = patient = new Waiting(key);
        patient.Events.Enqueue(unmatched);
        due.Enqueue(patient, clock.GetUtcNow());
    }

    private void Pump()
    {
        lock (gate)
        {
            if (!isStarted || stopping.IsCancellationRequested) return;
            var now = clock.GetUtcNow();
            if (moreInStore && !isLoading && held <= Window / 2)
            {
                isLoading = true;
                Start(LoadAsync);
            }

            while (running < SideBySide && due.TryPeek(out _, out var at) && at <= now)
            {
                var patient = due.Dequeue();
                Start(cancel => MatchAsync(patient, cancel));
            }

            if (due.TryPeek(out _, out var next)) timer.Change(next > now ? next - now : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private void Start(Func<CancellationToken, Task> work)
    {
        Interlocked.Increment(ref running);
        ThreadPool.UnsafeQueueUserWorkItem(static run => _ = run.Matcher.RunAsync(run.Work), (Matcher: this, Work: work), preferLocal: false);
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // We are stopping: the store still has it.
        }
        catch (StoreUnavailableException)
        {
            // The next page could not be read: again in a while.
            timer.Change(StoreRetry, Timeout.InfiniteTimeSpan);
            return;
        }
        finally
        {
            if (Interlocked.Decrement(ref running) == 0) Volatile.Read(ref drained)?.TrySetResult();
        }

        Pump();
    }

    private async Task LoadAsync(CancellationToken cancel)
    {
        try
        {
            var page = await events.UnmatchedAsync(lastSeen, Window / 2, cancel);
            lock (gate)
            {
                foreach (var unmatched in page) Add(unmatched);
                moreInStore = page.Count == Window / 2 || leftInStore > lastSeen;
            }
        }
        finally
        {
            lock (gate) isLoading = false;
        }
    }

    private async Task MatchAsync(Waiting patient, CancellationToken cancel)
    {
        while (true)
        {
            UnmatchedEvent next;
            lock (gate) next = patient.Events.Peek();
            TimeSpan? wait;
            try
            {
                wait = await matchLater.MatchAsync(next, cancel);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // Nothing unknown may lose an event: it waits and is tried again. The type alone is logged.
                LogFault(next.Id, fault.GetType().Name);
                wait = LongestWait;
            }

            lock (gate)
            {
                if (wait is { } asked)
                {
                    patient.Failures++;
                    due.Enqueue(patient, clock.GetUtcNow() + Wait(asked, patient.Failures));
                    return;
                }

                patient.Failures = 0;
                patient.Events.Dequeue();
                held--;
                if (patient.Events.Count > 0) continue;
                patients.Remove(patient.Key);
                return;
            }
        }
    }

    private static TimeSpan Wait(TimeSpan asked, int failures)
    {
        var grown = TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(failures, 10) - 1)));
        return asked > grown ? asked : grown;
    }

    [LoggerMessage(EventId = 2002, EventName = "event.not-matched", Level = LogLevel.Error, Message = "Event {Event} could not be matched: {Fault}. It will be tried again")]
    private partial void LogFault(Nems.Core.Events.EventId @event, string fault);

    private sealed class Waiting(UInt128 key)
    {
        public UInt128 Key { get; } = key;

        public Queue<UnmatchedEvent> Events { get; } = new();

        public int Failures { get; set; }
    }
}
