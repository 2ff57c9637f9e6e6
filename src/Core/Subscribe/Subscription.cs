using Nems.Core.Deliver;
using Nems.Core.Events;

namespace Nems.Core.Subscribe;

/// <summary>The FHIR status of a subscription. The health of its destination is another thing and kept apart.</summary>
public enum SubscriptionState
{
    Requested,
    Active,
    Error,
    Off,
}

/// <summary>
/// What matching and sending need of a subscription. It holds no patient data but the tag, which the subscriber chose:
/// the resource as it was sent, NHS number and all, is kept apart and treated like a body.
/// </summary>
public sealed record Subscription
{
    public required SubscriptionId Id { get; init; }

    /// <summary>The key under which it is stored and found: see design decision 3.3.</summary>
    public required string MatchKey { get; init; }

    /// <summary>ODS code of the owner: the first contact, upper case.</summary>
    public required string Organisation { get; init; }

    public required SubscriptionState State { get; init; }

    /// <summary>Bit <see cref="EventType.Index"/> is set for each event type wanted.</summary>
    public required int Events { get; init; }

    public required IReadOnlyList<AgeFilter> Ages { get; init; }

    public required GpRegistration GpRegistration { get; init; }

    /// <summary>Events accepted before this moment do not match.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Events accepted at or after this moment do not match; null never ends.</summary>
    public required DateTimeOffset? EndsAt { get; init; }

    public required Destination Destination { get; init; }

    public required string? Tag { get; init; }

    /// <summary>The <c>meta.versionId</c>: opaque.</summary>
    public required string VersionId { get; init; }

    /// <summary>Whether it takes part in matching an event accepted at this moment.</summary>
    public bool IsInForce(DateTimeOffset accepted) =>
        State == SubscriptionState.Active && CreatedAt <= accepted && (EndsAt is not { } end || accepted < end);

    public override string ToString() => Id.ToString();
}

/// <summary>A subscription with the resource as it was sent. Patient data.</summary>
/// <param name="Subscription">The parsed form.</param>
/// <param name="Resource">The bytes of the create request, without what is secret.</param>
/// <param name="Form">Release and syntax of those bytes.</param>
public sealed record StoredSubscription(Subscription Subscription, ReadOnlyMemory<byte> Resource, FhirForm Form)
{
    public override string ToString() => Subscription.ToString();
}
