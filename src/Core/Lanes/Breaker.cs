using Nems.Core.Deliver;

namespace Nems.Core.Lanes;

/// <summary>
/// Whether a destination fails (design decision 3.6): open when its last five attempts, of at least two patients, got no 2xx.
/// Pure but for the moments it is told. Not thread-safe: its lane's lock guards it.
/// </summary>
internal sealed class Breaker(DestinationHealth health)
{
    private const int Window = 5;
    private readonly Queue<UInt128> failedPatients = new(Window);

    public DestinationHealth Health { get; private set; } = health;

    public bool IsOpen => Health.OpenSince is not null;

    /// <summary>How long the breaker has been open, in all.</summary>
    public TimeSpan OpenTime(DateTimeOffset now) =>
        Health.OpenBefore + (Health.OpenSince is { } since && now > since ? now - since : TimeSpan.Zero);

    /// <summary>A 2xx. True when this closed the breaker.</summary>
    public bool Succeeded(DateTimeOffset now)
    {
        failedPatients.Clear();
        if (Health.FailingSince is null && !IsOpen) return false;
        var closed = IsOpen;
        Health = DestinationHealth.Healthy with { IsOff = Health.IsOff, OpenBefore = OpenTime(now) };
        return closed;
    }

    /// <summary>No 2xx, while closed. True when this opened the breaker.</summary>
    public bool Failed(UInt128 patient, DateTimeOffset now)
    {
        if (failedPatients.Count == Window) failedPatients.Dequeue();
        failedPatients.Enqueue(patient);
        if (Health.FailingSince is null) Health = Health with { FailingSince = now };
        if (IsOpen || failedPatients.Count < Window || failedPatients.All(failed => failed == patient)) return false;
        Health = Health with { OpenSince = now, Probes = 0 };
        return true;
    }

    /// <summary>Says when the next probe is due, after the opening or a failed probe.</summary>
    public void ProbeAt(DateTimeOffset next, bool afterProbe) =>
        Health = Health with { NextProbeAt = next, Probes = Health.Probes + (afterProbe ? 1 : 0) };

    /// <summary>Turned off.</summary>
    public void TurnOff() => Health = Health with { IsOff = true };
}
