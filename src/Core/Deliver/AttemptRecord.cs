using Nems.Core.Events;

namespace Nems.Core.Deliver;

/// <summary>
/// The result of one attempt (or of withholding one), as the store records it: the delivery's present state, and one row of
/// the trail. Recording the same record twice changes nothing but the trail.
/// </summary>
public sealed record AttemptRecord
{
    public required DeliveryId Id { get; init; }

    public required Place Place { get; init; }

    public required DeliveryState State { get; init; }

    /// <summary>What the channel reported; null when nothing was sent because the delivery was withheld.</summary>
    public required Answer? Answer { get; init; }

    /// <summary>Why it was withheld; null when it was not.</summary>
    public string? WithheldBecause { get; init; }

    public required DateTimeOffset At { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>Whether it was a probe, which does not count against the schedule.</summary>
    public required bool IsProbe { get; init; }

    /// <summary>Attempts that counted, this one among them.</summary>
    public required int Attempts { get; init; }

    public required DateTimeOffset? DueAt { get; init; }

    public required DateTimeOffset? FirstFailedAt { get; init; }

    public required TimeSpan OpenBeforeFirstFailure { get; init; }

    public required bool IsAside { get; init; }

    public required bool IsOvertaken { get; init; }

    /// <summary>Earlier deliveries of the same patient that this one overtook.</summary>
    public required IReadOnlyList<Place> Overtook { get; init; }
}
