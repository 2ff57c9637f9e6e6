using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Subscribe;

namespace Nems.Core.Audit;

/// <summary>What an audit row is about. Stored as its number: never renumber.</summary>
public enum AuditAction
{
    EventAccepted = 1,
    AttemptMade = 2,
    DeliveryWithheld = 3,
    SubscriptionCreated = 4,
    SubscriptionRead = 5,
    SubscriptionDeleted = 6,
    DestinationTurnedOff = 7,
    CallRefused = 8,
    SecretRotated = 9,
    EventMatchedLater = 10,
    SubscriptionExpired = 11,
    SubscriptionActivated = 12,
    ReferenceSwitched = 30,
    DemographicsImported = 20,
}

/// <summary>One fact of the trail: who did what to what, when, with what result. No clinical content, no patient but by keyed hash of the event.</summary>
public sealed record AuditEntry
{
    public required DateTimeOffset At { get; init; }

    public required AuditAction Action { get; init; }

    /// <summary>ASID of the caller, or null where the service acted.</summary>
    public string? Asid { get; init; }

    public string? Organisation { get; init; }

    public EventId? Event { get; init; }

    public SubscriptionId? Subscription { get; init; }

    public DestinationId? Destination { get; init; }

    public int? Attempt { get; init; }

    public bool IsProbe { get; init; }

    public AttemptOutcome? Outcome { get; init; }

    public int? Status { get; init; }

    /// <summary>A word of a closed set: a reason of the channel, or the Spine codes of a refusal.</summary>
    public string? Reason { get; init; }

    public TimeSpan? Elapsed { get; init; }
}
