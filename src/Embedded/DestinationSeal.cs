using System.Text.Json;
using Nems.Core.Deliver;
using Nems.Core.Keys;

namespace Nems.Embedded;

/// <summary>Seals what a destination holds that a subscriber wrote (address, form, header lines), and opens it again.</summary>
internal sealed class DestinationSeal(Sealer sealer)
{
    private sealed record Inside(string Endpoint, string Form, string[] Headers);

    public byte[] Seal(Destination destination) =>
        sealer.Seal(JsonSerializer.SerializeToUtf8Bytes(new Inside(destination.Endpoint, destination.Form, [.. destination.Headers])));

    public Destination Open(DestinationId id, string organisation, ChannelKind channel, bool signAsymmetrically, ReadOnlySpan<byte> sealedBytes)
    {
        var inside = JsonSerializer.Deserialize<Inside>(sealer.Open(sealedBytes))!; // written by Seal
        return new Destination(id, organisation, channel, inside.Endpoint, inside.Form, inside.Headers, signAsymmetrically);
    }
}
