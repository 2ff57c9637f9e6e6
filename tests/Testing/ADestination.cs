using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Nems.Core.Deliver;

namespace Nems.Testing;

/// <summary>Destinations: equal texts give the equal one, as in the product.</summary>
public static class ADestination
{
    public static Destination Webhook(string name = "hook", string organisation = "T8T9T", params string[] headers) =>
        Make(organisation, ChannelKind.Webhook, $"https://hooks.example.nhs.uk/{name}", headers);

    public static Destination Mailbox(string mailbox = "T8T9TOT001", string organisation = "T8T9T") =>
        Make(organisation, ChannelKind.Mesh, mailbox, []);

    private static Destination Make(string organisation, ChannelKind channel, string endpoint, string[] headers)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{organisation} {channel} {endpoint} {string.Join('\n', headers)}"));
        return new Destination(
            new DestinationId(BinaryPrimitives.ReadUInt128BigEndian(hash)), organisation, channel, endpoint, "application/fhir+xml", headers, SignAsymmetrically: false);
    }
}
