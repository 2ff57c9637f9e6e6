using Nems.Core.Events;

namespace Nems.Core.Deliver;

/// <summary>What a channel is given to send.</summary>
/// <param name="Id">Constant over all attempts of a delivery.</param>
/// <param name="Destination">Where to.</param>
/// <param name="Type">The event's type.</param>
/// <param name="Body">The accepted bytes, unchanged.</param>
/// <param name="ContentType">The type of those bytes.</param>
/// <param name="Number">The delivery's number at its destination, from 1; constant over all attempts.</param>
/// <param name="Subscriptions">The list <c>id|tag~~~id|tag</c> of the subscriptions served (an entry without tag is the bare id), at most 500 characters.</param>
/// <param name="IsOvertaken">A later event of the patient was delivered before.</param>
/// <param name="IsReplay">Sent again on request after it had been delivered.</param>
public sealed record OutgoingMessage(
    DeliveryId Id,
    Destination Destination,
    EventType Type,
    ReadOnlyMemory<byte> Body,
    string ContentType,
    long Number,
    string Subscriptions,
    bool IsOvertaken,
    bool IsReplay)
{
    public override string ToString() => Id.ToString();
}
