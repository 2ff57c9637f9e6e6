using System.Collections.Concurrent;
using Nems.Core.Deliver;

namespace Nems.Channels.Webhook;

/// <summary>A destination made ready: its address judged, its header lines read.</summary>
/// <param name="Destination">What it was made from.</param>
/// <param name="Address">Where to; null when refused.</param>
/// <param name="Lines">The destination's own header lines that may be sent.</param>
/// <param name="Refusal">Why not.</param>
internal sealed record WebhookTarget(Destination Destination, Uri? Address, (string Name, string Value)[] Lines, Answer? Refusal)
{
    // A record would print its members.
    public override string ToString() => Destination.ToString();
}

/// <summary>Makes each destination ready once. Bounded: starts afresh when full.</summary>
internal sealed class WebhookTargets(WebhookTargetGuard guard)
{
    private const int Most = 10_000;
    private readonly ConcurrentDictionary<DestinationId, WebhookTarget> ready = new();

    public WebhookTarget Of(Destination destination)
    {
        if (ready.TryGetValue(destination.Id, out var known) && IsOf(known.Destination, destination)) return known;

        var made = Make(destination);
        if (ready.Count >= Most) ready.Clear();
        ready[destination.Id] = made;
        return made;
    }

    private WebhookTarget Make(Destination destination)
    {
        var refusal = guard.Judge(destination.Endpoint, out var address);
        return refusal is null
            ? new WebhookTarget(destination, address, HeaderLines.Read(destination.Headers), Refusal: null)
            : new WebhookTarget(destination, Address: null, [], new Answer(AttemptOutcome.Unreachable, Reason: refusal));
    }

    // The id is a hash of the rest, so this is only a second look: never to send to another's address.
    private static bool IsOf(Destination known, Destination destination) =>
        ReferenceEquals(known, destination)
        || (known.Endpoint == destination.Endpoint
            && (ReferenceEquals(known.Headers, destination.Headers) || known.Headers.SequenceEqual(destination.Headers)));
}
