using Nems.Core.Events;

namespace Nems.Cli.Receiving;

/// <summary>One webhook as it came. The body is patient data: shown nowhere, saved only where asked.</summary>
internal sealed record Arrival
{
    /// <summary>From 1, in the order of arrival.</summary>
    public required int Number { get; init; }

    /// <summary>Constant over all attempts of one delivery; begins with the event's id.</summary>
    public required string? WebhookId { get; init; }

    /// <summary>The delivery's number at its destination.</summary>
    public required string? Sequence { get; init; }

    /// <summary>The list <c>id|tag~~~id|tag</c> of the subscriptions served.</summary>
    public required string? Subscriptions { get; init; }

    public required string? ContentType { get; init; }

    /// <summary>Null for what is no event message of a known type.</summary>
    public required EventType? Type { get; init; }

    public required SignatureCheck Signature { get; init; }

    /// <summary>A webhook with the same id came before.</summary>
    public required bool IsRepeat { get; init; }

    public required bool IsOvertaken { get; init; }

    public required bool IsReplay { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>The status that was answered.</summary>
    public required int Answered { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The part of <see cref="WebhookId"/> that is the event's id.</summary>
    public string? EventId => WebhookId?.Split('-')[0];

    public override string ToString() => WebhookId ?? "(no webhook-id)";
}
