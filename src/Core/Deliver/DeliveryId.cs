using Nems.Core.Events;

namespace Nems.Core.Deliver;

/// <summary>
/// A delivery's identity is its event and its destination, decided before any work: making it twice makes it once.
/// Prints as <c>{event, 32 hex}-{destination, 32 hex}</c>: the <c>webhook-id</c> and the MESH local id of every attempt.
/// </summary>
public readonly record struct DeliveryId(EventId Event, DestinationId Destination)
{
    public static bool TryParse(string? text, out DeliveryId id)
    {
        id = default;
        if (text is not { Length: 65 } || text[32] != '-') return false;
        if (!Guid.TryParseExact(text[..32], "N", out var value) || !DestinationId.TryParse(text[33..], out var destination)) return false;
        id = new DeliveryId(new EventId(value), destination);
        return true;
    }

    public override string ToString() => $"{Event.Value:N}-{Destination}";
}
