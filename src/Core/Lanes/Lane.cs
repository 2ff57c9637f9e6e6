using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Retry;

namespace Nems.Core.Lanes;

/// <summary>
/// One destination's deliveries in memory and the decision what may be sent now: per-patient order, the bounded hold, the
/// breaker and its probes, the bound on what is in flight (design decision 3.6). Pure but for the moments and the chance it is
/// given; it knows no store and no channel. Not thread-safe: the runner's lock guards it.
/// </summary>
internal sealed class Lane(Destination destination, DestinationHealth health, RetryPolicy retry, LaneOptions options, TimeSpan holdFor)
{
    private readonly Dictionary<UInt128, PatientQueue> patients = [];
    private readonly Queue<PatientQueue> ready = new();
    private readonly PriorityQueue<PatientQueue, DateTimeOffset> changes = new();
    private readonly Queue<PatientQueue> probes = new();
    private readonly AsidesOnDisk letGo = new();
    private readonly Breaker breaker = new(health);
    private int allowed = options.Concurrency;
    private int inFlight;

    public Destination Destination { get; } = destination;

    public DestinationHealth Health => breaker.Health;

    public bool IsOff => breaker.Health.IsOff;

    /// <summary>Deliveries held in memory that did not step aside.</summary>
    public int Waiting { get; private set; }

    /// <summary>Deliveries held in memory that stepped aside.</summary>
    public int Asides { get; private set; }

    public int InFlight => inFlight;

    /// <summary>
    /// Takes a delivery; those of one patient come in order of place. One that was open before a restart may have been
    /// overtaken without a record of it: where a later one follows, that is taken to be so.
    /// </summary>
    public void Add(OpenDelivery delivery, DateTimeOffset now, bool wasOpenBefore)
    {
        var key = KeyOf(delivery);
        if (!patients.TryGetValue(key, out var patient)) patients[key] = patient = new PatientQueue(key);
        if (breaker.IsOpen && patient.IsEmpty) probes.Enqueue(patient);
        patient.Add(delivery);
        Count(delivery, 1);
        if (wasOpenBefore) MarkOvertakenBefore(patient, delivery, now);
        Refresh(patient, now);
    }

    /// <summary>Takes back one that stepped aside and was let go of; it is overtaken when a later one was delivered meanwhile.</summary>
    public void TakeBack(OpenDelivery delivery, DateTimeOffset now)
    {
        delivery.IsOvertaken |= !letGo.TakeBack(KeyOf(delivery), delivery.Place);
        Add(delivery, now, wasOpenBefore: false);
    }

    /// <summary>What may be sent now, marked as in flight; null when nothing may.</summary>
    public OpenDelivery? Next(DateTimeOffset now)
    {
        if (IsOff) return null;
        if (breaker.IsOpen) return NextProbe(now);
        while (changes.TryPeek(out var changed, out var at) && at <= now)
        {
            changes.Dequeue();
            Refresh(changed, now);
        }

        while (inFlight < allowed && ready.TryDequeue(out var patient))
        {
            patient.IsReady = false;
            if (patient.IsInFlight) continue;
            if (patient.Due(now) is { } due) return Send(patient, due, isProbe: false);
            Refresh(patient, now);
        }

        return null;
    }

    /// <summary>The moment at which <see cref="Next"/> should be asked again though nothing happens; null when there is none.</summary>
    public DateTimeOffset? NextChange()
    {
        if (IsOff || patients.Count == 0) return null;
        if (breaker.IsOpen) return inFlight == 0 ? breaker.Health.NextProbeAt : null;
        return changes.TryPeek(out _, out var at) ? at : null;
    }

    /// <summary>Takes the answer to an attempt and decides what follows for the delivery, its patient and the destination.</summary>
    public Settlement Settle(OpenDelivery delivery, Answer answer, DateTimeOffset now, double chance)
    {
        var patient = Landed(delivery);
        var step = delivery.IsProbe && answer.Outcome is not (AttemptOutcome.Delivered or AttemptOutcome.Gone or AttemptOutcome.OwnFault)
            ? null
            : retry.After(answer, delivery.Attempts + 1, chance);
        var settlement = step switch
        {
            NextStep.Done => Delivered(patient, delivery, now),
            NextStep.SameAgain again => SameAgain(delivery, now + again.Delay),
            NextStep.TurnOff => TurnOff(delivery),
            NextStep.DeadLetter => Failed(patient, delivery, answer, now, chance, null),
            NextStep.Retry again => Failed(patient, delivery, answer, now, chance, now + again.Delay),
            null => ProbeFailed(patient, delivery, answer, now, chance),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        delivery.IsProbe = false;
        Refresh(patient, now);
        return settlement;
    }

    /// <summary>The delivery is not to be sent: its patient's later ones go on.</summary>
    public void Withhold(OpenDelivery delivery, DateTimeOffset now)
    {
        var patient = Landed(delivery);
        Remove(patient, delivery);
        Refresh(patient, now);
    }

    /// <summary>The attempt did not take place (we are stopping, or the store is away): as if it had not been taken.</summary>
    public void PutBack(OpenDelivery delivery, DateTimeOffset now)
    {
        var patient = Landed(delivery);
        delivery.IsProbe = false;
        Refresh(patient, now);
    }

    /// <summary>Everything held in memory, for letting go of it when the destination is off.</summary>
    public IReadOnlyList<OpenDelivery> Clear()
    {
        OpenDelivery[] all = [.. patients.Values.SelectMany(patient => patient.All())];
        patients.Clear();
        ready.Clear();
        changes.Clear();
        probes.Clear();
        letGo.Clear();
        Waiting = Asides = 0;
        return all;
    }

    /// <summary>
    /// Lets go of a delivery that stepped aside when memory holds too many of them: the store gives it back when it is due.
    /// False when there is room, or it is due within a minute.
    /// </summary>
    public bool TryEvictAside(OpenDelivery delivery, DateTimeOffset now)
    {
        if (!delivery.IsAside || Asides <= options.AsideWindow || delivery.DueAt is not { } due || due <= now + TimeSpan.FromMinutes(1)) return false;
        var key = KeyOf(delivery);
        if (!patients.TryGetValue(key, out var patient)) return false;
        Remove(patient, delivery);
        if (!delivery.IsOvertaken) letGo.Add(key, delivery.Place);
        return true;
    }

    /// <summary>
    /// Memory is taken up by deliveries that wait for a failing one of their patient, and nothing else can be sent: the longest
    /// failing step aside before their time, so that they hold back nobody else. Not under an infinite hold. True when any did.
    /// </summary>
    public bool GiveWay(int most, DateTimeOffset now)
    {
        if (IsOff || breaker.IsOpen || holdFor == TimeSpan.MaxValue || ready.Count > 0 || Waiting - inFlight <= most) return false;
        PatientQueue[] held = [.. patients.Values
            .Where(patient => !patient.IsInFlight && patient.Head is { FirstFailedAt: not null, DueAt: { } due } && due > now)
            .OrderBy(patient => patient.Head!.FirstFailedAt)]; // the filter left those with a head
        foreach (var patient in held)
        {
            if (Waiting - inFlight <= most) break;
            StepAside(patient, patient.Head!); // as above
            Refresh(patient, now);
        }

        return held.Length > 0;
    }

    /// <summary>Whether it is held in memory already.</summary>
    public bool Holds(OpenDelivery delivery) =>
        patients.TryGetValue(KeyOf(delivery), out var patient) && patient.All().Any(held => held.Place == delivery.Place);

    /// <summary>The patient; an event without one stands alone.</summary>
    private static UInt128 KeyOf(OpenDelivery delivery)
    {
        if (delivery.Patient is { } patient) return patient.Value;
        Span<byte> bytes = stackalloc byte[16];
        delivery.Id.Event.Value.TryWriteBytes(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private Settlement Delivered(PatientQueue patient, OpenDelivery delivery, DateTimeOffset now)
    {
        delivery.Attempts++;
        Remove(patient, delivery);
        List<Place>? overtook = null;
        foreach (var aside in patient.Asides)
        {
            if (aside.IsOvertaken || aside.Place > delivery.Place) continue;
            aside.IsOvertaken = true;
            (overtook ??= []).Add(aside.Place);
        }

        foreach (var place in letGo.OvertakenBy(patient.Key, delivery.Place)) (overtook ??= []).Add(place);
        var healthBefore = breaker.Health;
        if (breaker.Succeeded(now)) Recovered(now);
        else allowed = Math.Min(options.Concurrency, allowed * 2);
        return new Settlement(DeliveryState.Delivered, overtook ?? [], !ReferenceEquals(healthBefore, breaker.Health) && healthBefore.OpenSince is not null, false);
    }

    private Settlement SameAgain(OpenDelivery delivery, DateTimeOffset due)
    {
        delivery.DueAt = due;
        if (delivery.IsProbe) breaker.ProbeAt(due, afterProbe: false);
        return new Settlement(DeliveryState.Open, [], false, false);
    }

    private Settlement TurnOff(OpenDelivery delivery)
    {
        if (!delivery.IsProbe) delivery.Attempts++;
        breaker.TurnOff();
        return new Settlement(DeliveryState.Open, [], true, true);
    }

    private Settlement Failed(PatientQueue patient, OpenDelivery delivery, Answer answer, DateTimeOffset now, double chance, DateTimeOffset? due)
    {
        delivery.Attempts++;
        if (delivery.FirstFailedAt is null)
        {
            delivery.FirstFailedAt = now;
            delivery.OpenBeforeFirstFailure = breaker.OpenTime(now);
        }

        delivery.DueAt = due;
        if (due is null) Remove(patient, delivery);
        var wasOpen = breaker.IsOpen;
        var opened = breaker.Failed(patient.Key, now);
        if (opened) Opened(answer, now, chance);
        else if (!wasOpen && due is not null && answer.Outcome == AttemptOutcome.MessageRefused) StepAside(patient, delivery);
        return new Settlement(due is null ? DeliveryState.Dead : DeliveryState.Open, [], opened, false);
    }

    private Settlement ProbeFailed(PatientQueue patient, OpenDelivery delivery, Answer answer, DateTimeOffset now, double chance)
    {
        breaker.Failed(patient.Key, now);
        var spent = breaker.Health.FailingSince is { } since && now - since >= retry.WholeSchedule;
        if (spent || !breaker.IsOpen)
        {
            if (spent) breaker.TurnOff();
            return new Settlement(DeliveryState.Open, [], spent, spent);
        }

        breaker.ProbeAt(now + retry.ProbeDelay(answer, breaker.Health.Probes + 1, chance), afterProbe: true);

        // With nobody else to probe with, a message that its receiver cannot digest must not stand before the patient's next one.
        if (answer.Outcome == AttemptOutcome.MessageRefused && patients.Values.All(other => ReferenceEquals(other, patient) || other.IsEmpty))
        {
            delivery.DueAt = retry.After(answer, Math.Max(1, delivery.Attempts), chance) is NextStep.Retry again ? now + again.Delay : now;
            delivery.FirstFailedAt ??= now;
            StepAside(patient, delivery);
        }

        return new Settlement(DeliveryState.Open, [], true, false);
    }

    private void Opened(Answer answer, DateTimeOffset now, double chance)
    {
        breaker.ProbeAt(now + retry.ProbeDelay(answer, 0, chance), afterProbe: false);
        probes.Clear();
        foreach (var patient in patients.Values) probes.Enqueue(patient);
    }

    private void Recovered(DateTimeOffset now)
    {
        // Gently: one at a time first, doubled by each success.
        allowed = 1;
        probes.Clear();
        foreach (var patient in patients.Values)
        {
            foreach (var delivery in patient.All())
            {
                if (!delivery.IsAside) delivery.DueAt = null;
            }

            Refresh(patient, now);
        }
    }

    private OpenDelivery? NextProbe(DateTimeOffset now)
    {
        if (inFlight > 0 || breaker.Health.NextProbeAt is not { } at || at > now) return null;

        // Each probe takes another patient's earliest: one poison message must not keep the breaker open.
        for (var turns = probes.Count; turns > 0; turns--)
        {
            var patient = probes.Dequeue();
            if (patient.IsInFlight || patient.Earliest() is not { } earliest) continue;
            probes.Enqueue(patient);
            return Send(patient, earliest, isProbe: true);
        }

        return null;
    }

    private OpenDelivery Send(PatientQueue patient, OpenDelivery delivery, bool isProbe)
    {
        inFlight++;
        patient.IsInFlight = true;
        delivery.IsProbe = isProbe;
        return delivery;
    }

    private PatientQueue Landed(OpenDelivery delivery)
    {
        inFlight--;
        var key = KeyOf(delivery);

        // A lane that was cleared while the attempt was under way has forgotten the patient.
        if (!patients.TryGetValue(key, out var patient)) patient = new PatientQueue(key);
        patient.IsInFlight = false;
        return patient;
    }

    private void Remove(PatientQueue patient, OpenDelivery delivery)
    {
        if (patient.Remove(delivery)) Count(delivery, -1);
        if (patient.IsEmpty) patients.Remove(patient.Key);
    }

    private void StepAside(PatientQueue patient, OpenDelivery delivery)
    {
        if (!ReferenceEquals(delivery, patient.Head)) return;
        Count(delivery, -1);
        patient.StepAside();
        Count(delivery, 1);
    }

    private void Count(OpenDelivery delivery, int by)
    {
        if (delivery.IsAside) Asides += by;
        else Waiting += by;
    }

    /// <summary>Lets a head whose hold has ended step aside, then puts the patient in the line of the ready or notes its next moment.</summary>
    private void Refresh(PatientQueue patient, DateTimeOffset now)
    {
        if (patient.IsInFlight || patient.IsReady || patient.IsEmpty || breaker.IsOpen) return;
        while (patient.HasLater && patient.Head is { FirstFailedAt: not null, DueAt: { } due } head && due > now && HoldEnds(head, now) <= now)
            StepAside(patient, head);

        if (patient.Due(now) is not null)
        {
            patient.IsReady = true;
            ready.Enqueue(patient);
        }
        else if (patient.NextChange(patient.Head is { FirstFailedAt: not null } held ? HoldEnds(held, now) : null) is { } next)
        {
            changes.Enqueue(patient, next);
        }
    }

    private DateTimeOffset HoldEnds(OpenDelivery head, DateTimeOffset now) =>
        holdFor == TimeSpan.MaxValue
            ? DateTimeOffset.MaxValue
            : head.FirstFailedAt!.Value + holdFor + (breaker.OpenTime(now) - head.OpenBeforeFirstFailure); // asked of failed heads alone

    private void MarkOvertakenBefore(PatientQueue patient, OpenDelivery later, DateTimeOffset now)
    {
        foreach (var earlier in patient.All())
        {
            var mayBeOvertaken = earlier.IsAside || (earlier.FirstFailedAt is not null && HoldEnds(earlier, now) <= now);
            if (mayBeOvertaken && earlier.Place < later.Place) earlier.IsOvertaken = true;
        }

        letGo.Forget(patient.Key);
    }
}
