using System.Globalization;
using System.Text;
using Nems.Core.Keys;

namespace Nems.Core.Deliver;

/// <summary>
/// Makes destinations: equal members give the equal identity in every process of a deployment, and nobody without the key can
/// tell from an identity what it stands for (design decision 3.2).
/// </summary>
internal sealed class DestinationIdentity(KeyedHash hash)
{
    /// <param name="organisation">ODS code, any case.</param>
    /// <param name="mailbox">Mailbox id, any case. Content form and header lines are no part of a mailbox: it gets one copy.</param>
    internal Destination Mailbox(string organisation, string mailbox) =>
        Make(organisation, ChannelKind.Mesh, mailbox.ToUpperInvariant(), "", [], signAsymmetrically: false);

    /// <param name="organisation">ODS code, any case.</param>
    /// <param name="endpoint">The address in its normal form.</param>
    /// <param name="form">The content form asked for, or empty.</param>
    /// <param name="headers"><c>Name: value</c> lines, in any order.</param>
    /// <param name="signAsymmetrically">Whether <c>v1a</c> signatures are asked for.</param>
    internal Destination Webhook(string organisation, string endpoint, string form, IEnumerable<string> headers, bool signAsymmetrically) =>
        Make(organisation, ChannelKind.Webhook, endpoint, form, [.. headers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], signAsymmetrically);

    private Destination Make(
        string organisation, ChannelKind channel, string endpoint, string form, IReadOnlyList<string> headers, bool signAsymmetrically)
    {
        var owner = organisation.ToUpperInvariant();
        var text = Unambiguous([owner, channel.ToString(), endpoint, form, signAsymmetrically ? "v1 v1a" : "v1", .. headers]);
        return new Destination(new DestinationId(hash.Of("destination:", text)), owner, channel, endpoint, form, headers, signAsymmetrically);
    }

    /// <summary>Each part after its length, so that no two lists of parts give one text.</summary>
    internal static string Unambiguous(IEnumerable<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts) text.Append(CultureInfo.InvariantCulture, $"{part.Length}:").Append(part);
        return text.ToString();
    }
}
