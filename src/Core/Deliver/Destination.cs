using System.Globalization;

namespace Nems.Core.Deliver;

/// <summary>A destination's identity: a keyed hash of all that makes it one (see <see cref="Destination"/>); prints as 32 hexadecimal digits.</summary>
public readonly record struct DestinationId(UInt128 Value)
{
    public static bool TryParse(string? text, out DestinationId id)
    {
        var value = UInt128.Zero;
        var parsed = text is { Length: 32 } && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        id = new DestinationId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}

/// <summary>How deliveries travel.</summary>
public enum ChannelKind
{
    Webhook,
    Mesh,
}

/// <summary>
/// Where deliveries go. Its identity is organisation + channel + endpoint + content form + the header lines sent +
/// signature schemes (design decision 3.2), so that all subscriptions that name the same one share a lane and one copy.
/// </summary>
/// <param name="Id">The keyed hash of all other members.</param>
/// <param name="Organisation">ODS code, upper case.</param>
/// <param name="Channel">Webhook or MESH.</param>
/// <param name="Endpoint">The https address, or the mailbox id in upper case. May hold anything a subscriber wrote: never logged.</param>
/// <param name="Form">The content form asked for, as a media type; empty when none was.</param>
/// <param name="Headers"><c>Name: value</c> lines sent with every delivery. Secret: never logged.</param>
/// <param name="SignAsymmetrically">Sign with <c>v1a</c> beside <c>v1</c>.</param>
public sealed record Destination(
    DestinationId Id,
    string Organisation,
    ChannelKind Channel,
    string Endpoint,
    string Form,
    IReadOnlyList<string> Headers,
    bool SignAsymmetrically)
{
    public override string ToString() => Id.ToString();
}
