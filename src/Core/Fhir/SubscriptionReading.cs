using Nems.Core.Deliver;
using Nems.Core.Problems;
using Nems.Core.Subscribe;

namespace Nems.Core.Fhir;

/// <summary>What a Subscription resource says. A member is null where it was absent or faulty; then there is a problem, unless it is optional.</summary>
internal sealed record SubscriptionReading
{
    public required IReadOnlyList<Problem> Problems { get; init; }

    /// <summary>ODS code of the first contact, upper case.</summary>
    public string? Organisation { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>As it was sent.</summary>
    public string? CriteriaText { get; init; }

    public Criteria? Criteria { get; init; }

    public ChannelKind? Channel { get; init; }

    /// <summary>As it was sent; not judged here.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The content form asked for by a webhook, as a media type; empty when none was.</summary>
    public string Form { get; init; } = "";

    public HeaderLines? Headers { get; init; }

    /// <summary>The resource without what is secret, in the syntax in which it came; empty when there are problems.</summary>
    public ReadOnlyMemory<byte> Resource { get; init; }

    public override string ToString() => "(subscription)";
}
