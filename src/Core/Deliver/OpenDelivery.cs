using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Publish;

namespace Nems.Core.Deliver;

/// <summary>
/// A delivery that is not finished, as its lane holds it in memory. The store has the same facts; what changes here between
/// two records is lost with the process and costs at most a repeat.
/// </summary>
public sealed class OpenDelivery
{
    public required DeliveryId Id { get; init; }

    public required Place Place { get; init; }

    /// <summary>The number at its destination: 1, 2, 3 … without a gap.</summary>
    public required long Number { get; init; }

    public required EventType Type { get; init; }

    public required FhirForm Form { get; init; }

    public required PatientKey? Patient { get; init; }

    public required IReadOnlyList<MatchedSubscription> Subscriptions { get; set; }

    /// <summary>The bytes, while memory allows; otherwise they are read again for the attempt.</summary>
    public EventBody? Body { get; set; }

    /// <summary>Attempts that counted: no probes, no faults of our own.</summary>
    public int Attempts { get; set; }

    /// <summary>Not before this moment; null is at once.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public DateTimeOffset? FirstFailedAt { get; set; }

    /// <summary>How long the breaker had been open, in all, when it first failed: that time does not count as holding.</summary>
    public TimeSpan OpenBeforeFirstFailure { get; set; }

    /// <summary>It stepped aside: the patient's later events no longer wait for it.</summary>
    public bool IsAside { get; set; }

    /// <summary>A later event of its patient was delivered before it.</summary>
    public bool IsOvertaken { get; set; }

    /// <summary>The version of the subscriptions at which its right to be sent was last judged; -1 when it must be judged first.</summary>
    public long RightsVersion { get; set; } = -1;

    /// <summary>When the patient's flags were last known to let events flow; null when they must be asked for first.</summary>
    public DateTimeOffset? FactsAsOf { get; set; }

    /// <summary>Why it is withheld: <c>no-right</c> or <c>flagged</c>.</summary>
    public string? WithheldBecause { get; set; }

    /// <summary>It was sent as a probe of an open breaker: that attempt does not count against its schedule.</summary>
    public bool IsProbe { get; set; }

    public override string ToString() => Id.ToString();
}
