using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nems.Core.Deliver;
using Nems.Core.Ports;
using Nems.Core.Retry;

namespace Nems.Core.Lanes;

/// <summary>
/// All lanes of this process. The store hands over what it commits; each lane sends in its own order and pace, so that a
/// failing destination costs the others nothing.
/// </summary>
public sealed partial class LaneBoard : ILaneInbox, IAsyncDisposable
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<DestinationId, LaneRunner> lanes = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly RetryPolicy retry;
    private readonly TimeSpan holdFor;
    private readonly ILogger<LaneBoard> log;
    private int running;
    private int unavailable;
    private volatile bool isStarted;
    private TaskCompletionSource? drained;

    public LaneBoard(
        IDeliveryStore deliveries, AttemptDelivery attempt, RetryPolicy retry, IOptions<LaneOptions> options, IOptions<OrderOptions> order,
        DeliveryMetrics metrics, TimeProvider clock, ILogger<LaneBoard> log)
    {
        Deliveries = deliveries;
        Attempt = attempt;
        Clock = clock;
        Options = options.Value;
        Metrics = metrics;
        holdFor = order.Value.Hold;
        this.retry = retry;
        this.log = log;
    }

    internal IDeliveryStore Deliveries { get; }

    internal AttemptDelivery Attempt { get; }

    internal TimeProvider Clock { get; }

    internal LaneOptions Options { get; }

    private DeliveryMetrics Metrics { get; }

    /// <summary>False before the start, while the store cannot record, and once we stop.</summary>
    internal bool IsSending => isStarted && unavailable == 0 && !stopping.IsCancellationRequested;

    /// <summary>Loads what was open when the process ended and begins to send. Called once.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        Deliveries.HandOverTo(this);
        foreach (var waiting in await Deliveries.WaitingAsync(cancel))
        {
            // Without a channel of its kind a delivery waits in the store.
            if (Attempt.CanSend(waiting.Destination.Channel)) RunnerOf(waiting.Destination, waiting.Health, startsFromDisk: true);
        }

        isStarted = true;
        foreach (var lane in lanes.Values) lane.Pump();
        LogStarted(lanes.Count);
    }

    /// <summary>Stops sending: attempts under way are cancelled, what was answered is recorded.</summary>
    public async Task StopAsync(CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref drained, done);
        await stopping.CancelAsync();
        if (Volatile.Read(ref running) > 0) await done.Task.WaitAsync(cancel);
    }

    public void Arrived(Destination destination, OpenDelivery delivery)
    {
        if (!Attempt.CanSend(destination.Channel))
        {
            delivery.Body?.Release();
            return;
        }

        RunnerOf(destination, DestinationHealth.Healthy, startsFromDisk: !isStarted).Arrived(delivery);
    }

    public void TurnedOn(DestinationId destination) => lanes.TryRemove(destination, out _);

    /// <summary>What each lane holds in memory, for telemetry and tests.</summary>
    public IReadOnlyList<LaneLook> Look() =>
        [.. lanes.Values.Select(lane => (lane.Destination, Seen: lane.Look()))
            .Select(lane => new LaneLook(lane.Destination.Id, lane.Seen.Waiting, lane.Seen.Asides, lane.Seen.InFlight, lane.Seen.Health))];

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        stopping.Dispose();
    }

    internal void Start(LaneRunner lane, OpenDelivery delivery)
    {
        Interlocked.Increment(ref running);
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Board.RunAsync(work.Lane, work.Delivery), (Board: this, Lane: lane, Delivery: delivery), preferLocal: false);
    }

    internal void StartLoading(LaneRunner lane, bool asides)
    {
        Interlocked.Increment(ref running);
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Board.LoadAsync(work.Lane, work.Asides), (Board: this, Lane: lane, Asides: asides), preferLocal: false);
    }

    /// <summary>Counts and logs an attempt.</summary>
    internal void Note(Destination destination, AttemptRecord record)
    {
        Metrics.Attempted(record);
        var level = record.State switch
        {
            DeliveryState.Delivered => record.Attempts > 1 ? LogLevel.Information : LogLevel.Debug,
            DeliveryState.Open => LogLevel.Information,
            DeliveryState.Dead or DeliveryState.Parked or DeliveryState.Withheld => LogLevel.Warning,
        };
        if (!log.IsEnabled(level)) return;
        LogAttempted(level, record.Id, destination.Id, record.Attempts, record.Answer?.Outcome, record.Answer?.Status, record.Answer?.Reason ?? record.WithheldBecause,
            record.Elapsed.TotalMilliseconds, record.State, record.DueAt);
    }

    /// <summary>Records until it succeeds; while it does not, nothing is sent. Gives up when we stop: a repeat, never a loss.</summary>
    internal async Task RecordAsync(Func<IDeliveryStore, Task> write)
    {
        var paused = false;
        try
        {
            while (true)
            {
                try
                {
                    await write(Deliveries);
                    return;
                }
                catch (StoreUnavailableException)
                {
                    if (!paused && Interlocked.Increment(ref unavailable) == 1) LogPaused();
                    paused = true;
                    await Task.Delay(StoreRetry, Clock, stopping.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            if (paused && Interlocked.Decrement(ref unavailable) == 0)
            {
                LogResumed();
                foreach (var lane in lanes.Values) lane.Pump();
            }
        }
    }

    private LaneRunner RunnerOf(Destination destination, DestinationHealth health, bool startsFromDisk)
    {
        if (lanes.TryGetValue(destination.Id, out var runner)) return runner;
        var lane = new Lane(destination, health, retry, Options, holdFor);
        return lanes.GetOrAdd(destination.Id, _ => new LaneRunner(this, lane, startsFromDisk));
    }

    private async Task RunAsync(LaneRunner lane, OpenDelivery delivery)
    {
        try
        {
            await lane.AttemptAsync(delivery, stopping.Token);
        }
        catch (Exception fault)
        {
            // A bug: the delivery stays open in the store and is found again at the next start.
            LogBroken(delivery.Id, fault.GetType().Name);
        }
        finally
        {
            Finished();
        }
    }

    private async Task LoadAsync(LaneRunner lane, bool asides)
    {
        try
        {
            await lane.LoadAsync(asides, stopping.Token);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception fault)
        {
            LogNotLoaded(lane.Destination.Id, fault.GetType().Name);
            await RetryLoadAsync(lane);
        }
        finally
        {
            Finished();
        }
    }

    private async Task RetryLoadAsync(LaneRunner lane)
    {
        try
        {
            await Task.Delay(StoreRetry, Clock, stopping.Token);
            lane.Pump();
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Finished()
    {
        if (Interlocked.Decrement(ref running) == 0) Volatile.Read(ref drained)?.TrySetResult();
    }

    [LoggerMessage(EventId = 3001, EventName = "delivery.attempted",
        Message = "Delivery {Delivery} to {Destination}: attempt {Attempt} was {Outcome} (status {Status}, {Reason}) in {Elapsed} ms, now {State}, due {DueAt}")]
    private partial void LogAttempted(LogLevel level, DeliveryId delivery, DestinationId destination, int attempt, AttemptOutcome? outcome, int? status,
        string? reason, double elapsed, DeliveryState state, DateTimeOffset? dueAt);

    [LoggerMessage(EventId = 3002, EventName = "lanes.started", Level = LogLevel.Information, Message = "Lanes started: {Waiting} destinations had deliveries waiting")]
    private partial void LogStarted(int waiting);

    [LoggerMessage(EventId = 3003, EventName = "lanes.paused", Level = LogLevel.Error, Message = "The store cannot record: sending pauses")]
    private partial void LogPaused();

    [LoggerMessage(EventId = 3004, EventName = "lanes.resumed", Level = LogLevel.Information, Message = "The store records again: sending goes on")]
    private partial void LogResumed();

    [LoggerMessage(EventId = 3005, EventName = "delivery.broken", Level = LogLevel.Critical, Message = "Delivery {Delivery} met a fault in the service: {Fault}")]
    private partial void LogBroken(DeliveryId delivery, string fault);

    [LoggerMessage(EventId = 3006, EventName = "lane.not-loaded", Level = LogLevel.Error, Message = "The lane of {Destination} could not be read: {Fault}. It is read again shortly")]
    private partial void LogNotLoaded(DestinationId destination, string fault);
}

/// <summary>What a lane holds in memory at a moment.</summary>
public sealed record LaneLook(DestinationId Destination, int Waiting, int Asides, int InFlight, DestinationHealth Health);
