using Nems.Core.Deliver;
using Nems.Core.Events;

namespace Nems.Core.Lanes;

/// <summary>
/// Runs one lane: starts attempts when the lane says so, records what became of them, refills from the store what memory did
/// not hold. All of the lane's decisions are made under one lock; nothing is awaited there.
/// </summary>
internal sealed class LaneRunner
{
    private const int MostUnrecorded = 512;
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan PauseBetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AsidesAhead = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private readonly LaneBoard board;
    private readonly Lane lane;
    private readonly ITimer timer;
    private DateTimeOffset timerAt = DateTimeOffset.MaxValue;
    // Delivery numbers: they grow in the order of commit, also where an event was matched later than others after it.
    private long lastSeen;
    private long leftOnDisk;
    private bool moreOnDisk;
    private bool isLoading;
    private bool isCatchingUp;
    private bool loadedAsides;
    private DateTimeOffset? asidesOnDisk;
    private int unrecorded;

    // Asides whose last attempt the store may not know of yet, or did not when the load under way read it.
    private readonly HashSet<Place> recording = [];
    private readonly List<Place> recordedWhileLoading = [];

    public LaneRunner(LaneBoard board, Lane lane, bool startsFromDisk)
    {
        this.board = board;
        this.lane = lane;
        moreOnDisk = isCatchingUp = startsFromDisk;
        timer = board.Clock.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Destination Destination => lane.Destination;

    public (int Waiting, int Asides, int InFlight, DestinationHealth Health) Look()
    {
        lock (gate) return (lane.Waiting, lane.Asides, lane.InFlight, lane.Health);
    }

    /// <summary>Takes a delivery that was just committed. Called in the order of commit.</summary>
    public void Arrived(OpenDelivery delivery)
    {
        lock (gate)
        {
            if (delivery.Number <= lastSeen || lane.IsOff || moreOnDisk || lane.Waiting >= board.Options.Window)
            {
                // Read from the store already, parked, or to be read from the store in its turn.
                leftOnDisk = delivery.Number;
                LetGoOfBody(delivery);
                if (moreOnDisk || delivery.Number <= lastSeen || lane.IsOff) return;
                moreOnDisk = true;
            }
            else
            {
                lastSeen = delivery.Number;
                lane.Add(delivery, board.Clock.GetUtcNow(), wasOpenBefore: false);
            }
        }

        Pump();
    }

    /// <summary>Starts what may be sent now and sets the timer for what may be sent later.</summary>
    public void Pump()
    {
        while (true)
        {
            OpenDelivery? next;
            lock (gate)
            {
                var now = board.Clock.GetUtcNow();
                next = board.IsSending && unrecorded < MostUnrecorded ? NextOf(now) : null;
                if (next is null)
                {
                    SetTimer(now);
                    StartLoading(now);
                    return;
                }
            }

            board.Start(this, next);
        }
    }

    private OpenDelivery? NextOf(DateTimeOffset now) =>
        lane.Next(now) ?? (moreOnDisk && lane.GiveWay(board.Options.Window / 2, now) ? lane.Next(now) : null);

    /// <summary>One attempt, from the lane's word to the record of it.</summary>
    public async Task AttemptAsync(OpenDelivery delivery, CancellationToken cancel)
    {
        var started = board.Clock.GetTimestamp();
        Answer? answer;
        try
        {
            answer = await board.Attempt.SendAsync(lane.Destination, delivery, cancel);
        }
        catch (OperationCanceledException)
        {
            // We are stopping: no outcome at all.
            lock (gate) lane.PutBack(delivery, board.Clock.GetUtcNow());
            return;
        }

        var elapsed = board.Clock.GetElapsedTime(started);
        AttemptRecord record;
        Settlement settlement;
        DestinationHealth health;
        lock (gate)
        {
            (record, settlement) = Settle(delivery, answer, elapsed);
            health = lane.Health;
            unrecorded++;
            if (delivery.IsAside) recording.Add(delivery.Place);
        }

        board.Note(lane.Destination, record);
        Pump();
        await RecordAsync(record, settlement, health);
        lock (gate)
        {
            unrecorded--;
            if (isLoading) recordedWhileLoading.Add(delivery.Place);
            else recording.Remove(delivery.Place);
        }

        Pump();
    }

    private static AttemptRecord RecordOf(OpenDelivery delivery, Answer? answer, bool isProbe, DeliveryState state, IReadOnlyList<Place> overtook, DateTimeOffset now, TimeSpan elapsed) => new()
    {
        Id = delivery.Id,
        Place = delivery.Place,
        State = state,
        Answer = answer,
        WithheldBecause = answer is null ? delivery.WithheldBecause : null,
        At = now,
        Elapsed = elapsed,
        IsProbe = isProbe,
        Attempts = delivery.Attempts,
        DueAt = delivery.DueAt,
        FirstFailedAt = delivery.FirstFailedAt,
        OpenBeforeFirstFailure = delivery.OpenBeforeFirstFailure,
        IsAside = delivery.IsAside,
        IsOvertaken = delivery.IsOvertaken,
        Overtook = overtook,
    };

    private (AttemptRecord Record, Settlement Settlement) Settle(OpenDelivery delivery, Answer? answer, TimeSpan elapsed)
    {
        var now = board.Clock.GetUtcNow();
        var isProbe = delivery.IsProbe;
        Settlement settlement;
        if (answer is null)
        {
            lane.Withhold(delivery, now);
            settlement = new Settlement(DeliveryState.Withheld, [], false, false);
        }
        else
        {
            settlement = lane.Settle(delivery, answer, now, Random.Shared.NextDouble());
        }

        var record = RecordOf(delivery, answer, isProbe, settlement.State, settlement.Overtook, now, elapsed);
        if (settlement.State != DeliveryState.Open || delivery.DueAt > now + TimeSpan.FromSeconds(30)) LetGoOfBody(delivery);
        if (settlement.TurnedOff)
        {
            foreach (var waiting in lane.Clear()) LetGoOfBody(waiting);
            moreOnDisk = false;
        }
        else if (lane.TryEvictAside(delivery, now))
        {
            asidesOnDisk = Earlier(asidesOnDisk, delivery.DueAt);
        }

        return (record, settlement);
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private static void LetGoOfBody(OpenDelivery delivery)
    {
        delivery.Body?.Release();
        delivery.Body = null;
    }

    private async Task RecordAsync(AttemptRecord record, Settlement settlement, DestinationHealth health)
    {
        // The subscriber has seen this attempt: it is recorded even while we stop. Where the store cannot, sending pauses, and what
        // is not recorded is repeated after a restart with the same id.
        await board.RecordAsync(store => store.RecordAsync(record, CancellationToken.None));
        if (settlement.TurnedOff) await board.RecordAsync(store => store.TurnOffAsync(lane.Destination.Id, record.At, CancellationToken.None));
        else if (settlement.HealthChanged) await board.RecordAsync(store => store.RecordHealthAsync(lane.Destination.Id, health, CancellationToken.None));
    }

    private void SetTimer(DateTimeOffset now)
    {
        var next = lane.NextChange();
        if (asidesOnDisk is { } asides && lane.Asides <= board.Options.AsideWindow / 2) next = Earlier(next, asides);
        if (next is not { } at || at == timerAt) return;
        timerAt = at;
        var wait = at - now;
        timer.Change(wait > LongestTimer ? LongestTimer : wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    private void Wake()
    {
        lock (gate) timerAt = DateTimeOffset.MaxValue;
        Pump();
    }

    private void StartLoading(DateTimeOffset now)
    {
        if (isLoading || lane.IsOff || !board.IsSending) return;
        var asidesDue = asidesOnDisk <= now && lane.Asides <= board.Options.AsideWindow / 2;
        var nextDue = moreOnDisk && lane.Waiting <= board.Options.Window / 2;
        if (!asidesDue && !nextDue) return;

        // By turns, so that neither starves the other.
        loadedAsides = asidesDue && !(nextDue && loadedAsides);
        isLoading = true;
        if (loadedAsides) asidesOnDisk = null;
        board.StartLoading(this, loadedAsides);
    }

    /// <summary>Reads the next page of what memory did not hold.</summary>
    public async Task LoadAsync(bool asides, CancellationToken cancel)
    {
        var isLoaded = false;
        try
        {
            if (asides) await LoadAsidesAsync(cancel);
            else await LoadNextAsync(cancel);
            isLoaded = true;
        }
        finally
        {
            lock (gate)
            {
                isLoading = false;
                foreach (var place in recordedWhileLoading) recording.Remove(place);
                recordedWhileLoading.Clear();
                if (asides && !isLoaded) asidesOnDisk = board.Clock.GetUtcNow();
            }
        }

        Pump();
    }

    private async Task LoadNextAsync(CancellationToken cancel)
    {
        var limit = Math.Max(1, board.Options.Window / 2);
        var page = await board.Deliveries.OpenAsync(lane.Destination.Id, lastSeen, limit, cancel);
        lock (gate)
        {
            if (lane.IsOff) return;
            var now = board.Clock.GetUtcNow();
            foreach (var delivery in page)
            {
                lastSeen = delivery.Number;
                lane.Add(delivery, now, isCatchingUp);
                if (lane.TryEvictAside(delivery, now)) asidesOnDisk = Earlier(asidesOnDisk, delivery.DueAt);
            }

            // A short page is the end, unless something was committed after it was read and left for the next.
            moreOnDisk = page.Count == limit || leftOnDisk > lastSeen;
            isCatchingUp &= moreOnDisk;
        }
    }

    private async Task LoadAsidesAsync(CancellationToken cancel)
    {
        // As many as memory may hold: half of them may be there already.
        var dueBy = board.Clock.GetUtcNow() + AsidesAhead;
        var limit = board.Options.AsideWindow;
        var page = await board.Deliveries.AsideAsync(lane.Destination.Id, dueBy, limit, cancel);
        var any = page.Count > 0 || (await board.Deliveries.AsideAsync(lane.Destination.Id, DateTimeOffset.MaxValue, 1, cancel)).Count > 0;
        lock (gate)
        {
            if (lane.IsOff) return;
            var now = board.Clock.GetUtcNow();
            var taken = 0;
            foreach (var delivery in page)
            {
                // Not yet come to, or its last attempt is not yet in what was read, or in memory all the time.
                if (delivery.Number > lastSeen || recording.Contains(delivery.Place) || lane.Holds(delivery)) continue;
                lane.TakeBack(delivery, now);
                taken++;
            }

            if (any || recording.Count > 0) asidesOnDisk = Earlier(asidesOnDisk, page.Count < limit ? dueBy : taken > 0 ? now : now + PauseBetweenLooks);
        }
    }
}
