namespace Nems.Core.Deliver;

/// <summary>The state of a destination's breaker, as it is kept across restarts.</summary>
/// <param name="IsOff">Turned off: what comes is parked.</param>
/// <param name="FailingSince">The first failure since the last success; null while it succeeds.</param>
/// <param name="OpenSince">When the breaker opened; null while it is closed.</param>
/// <param name="Probes">Failed probes since it opened.</param>
/// <param name="NextProbeAt">When the next probe is due.</param>
/// <param name="OpenBefore">How long the breaker had been open in all, before <paramref name="OpenSince"/>.</param>
public sealed record DestinationHealth(
    bool IsOff, DateTimeOffset? FailingSince, DateTimeOffset? OpenSince, int Probes, DateTimeOffset? NextProbeAt, TimeSpan OpenBefore)
{
    public static readonly DestinationHealth Healthy = new(false, null, null, 0, null, TimeSpan.Zero);
}

/// <summary>A destination for which deliveries are open, with its health: what a lane starts from.</summary>
public sealed record WaitingDestination(Destination Destination, DestinationHealth Health);
