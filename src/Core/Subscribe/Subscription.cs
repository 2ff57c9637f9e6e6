using Nems.Core.Deliver;
using Nems.Core.Events;

namespace Nems.Core.Subscribe;

/// <summary>The FHIR status of a subscription. The health of its destination is another thing and kept apart.</summary>
public enum SubscriptionState
{
    /// <summary>Waits for an operator's review; never matched.</summary>
    Requested,

    Active,

    Error,

    /// <summary>Its end has passed; never matched by what is accepted after it.</summary>
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

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Events accepted before this moment do not match; null was never active. Later than the creation where an operator reviewed it.</summary>
    public required DateTimeOffset? ActiveSince { get; init; }

    /// <summary>Events accepted at or after this moment do not match; null never ends.</summary>
    public required DateTimeOffset? EndsAt { get; init; }

    public required Destination Destination { get; init; }

    public required string? Tag { get; init; }

    /// <summary>The <c>meta.versionId</c>: opaque.</summary>
    public required string VersionId { get; init; }

    /// <summary>The <c>meta.lastUpdated</c>: when it was created, activated or ended.</summary>
    public DateTimeOffset LastUpdated => State == SubscriptionState.Off && EndsAt is { } end ? end : ActiveSince ?? CreatedAt;

    /// <summary>
    /// Whether what matched it may be sent. An end stops matching, not sending: what was accepted before it still goes out.
    /// </summary>
    public bool Stands => ActiveSince is not null && (State == SubscriptionState.Active || (State == SubscriptionState.Off && EndsAt is not null));

    /// <summary>Whether it takes part in matching an event accepted at this moment: also one that is matched only after the end.</summary>
    public bool IsInForce(DateTimeOffset accepted) => Stands && ActiveSince <= accepted && (EndsAt is not { } end || accepted < end);

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
