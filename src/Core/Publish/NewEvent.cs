using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Match;
using Nems.Core.Subscribe;

namespace Nems.Core.Publish;

/// <summary>An event about to be accepted: everything the store keeps of it.</summary>
public sealed record NewEvent
{
    public required EventId Id { get; init; }

    public required EventType Type { get; init; }

    public required FhirForm Form { get; init; }

    /// <summary>The routing patient; null for an event without one, which stands alone in the order.</summary>
    public required PatientKey? Patient { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>ASID of the publishing system.</summary>
    public required string Asid { get; init; }

    /// <summary>ODS code for which it published.</summary>
    public required string Organisation { get; init; }

    public required MatchFacts Facts { get; init; }

    /// <summary>The version of the subscriptions that were matched: while it stands, their right to this event need not be judged again.</summary>
    public required long RightsVersion { get; init; }

    /// <summary>The accepted bytes. Kept and delivered as they are.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public override string ToString() => Id.ToString();
}

/// <summary>A subscription that matched, as a delivery lists it.</summary>
public readonly record struct MatchedSubscription(SubscriptionId Id, string? Tag);

/// <summary>One copy to one destination, for all of its subscriptions that matched, in order of creation.</summary>
public sealed record PlannedDelivery(Destination Destination, IReadOnlyList<MatchedSubscription> Subscriptions);

/// <summary>A publisher's <c>Idempotency-Key</c>, as keyed hashes: the key within its ASID, and the body it came with.</summary>
public readonly record struct IdempotencyClaim(UInt128 Key, UInt128 Body);

/// <summary>What became of an acceptance.</summary>
public abstract record AcceptOutcome
{
    private AcceptOutcome()
    {
    }

    /// <param name="Place">Its place in the order of acceptance.</param>
    /// <param name="IsMatched">False when it waits to be matched: its facts were not at hand, or an earlier event of its patient waits.</param>
    public sealed record Accepted(Place Place, bool IsMatched) : AcceptOutcome;

    /// <summary>The same key and body came before: that event is meant, and nothing is delivered twice.</summary>
    public sealed record Repeated(EventId Id) : AcceptOutcome;

    /// <summary>The key came before with another body.</summary>
    public sealed record KeyReused : AcceptOutcome;

    /// <summary>The store cannot take more just now. Nothing was kept.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : AcceptOutcome;
}
