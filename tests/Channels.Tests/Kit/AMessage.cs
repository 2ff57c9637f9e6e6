using System.Text;
using Nems.Core.Deliver;
using Nems.Core.Events;

namespace Nems.Channels.Tests.Kit;

internal static class AMessage
{
    public static readonly byte[] Body = [.. "<Bundle xmlns=\"http://hl7.org/fhir\">\r\n\0 é"u8, 0xff, 0xfe];

    public static readonly EventId Event = new(Guid.Parse("019a4a50-0000-7000-8000-00000000abcd"));

    public static OutgoingMessage To(string endpoint, bool isV1a = false, params string[] headers) => new(
        new DeliveryId(Event, IdOf(endpoint, isV1a, headers)),
        new Destination(IdOf(endpoint, isV1a, headers), "A83627", ChannelKind.Webhook, endpoint, string.Empty, headers, isV1a),
        EventType.NewbornHearing,
        Body,
        "application/fhir+xml; fhirVersion=3.0",
        Number: 42,
        Subscriptions: "ea0a485187204b49b978bdcf7102388c|site123",
        IsOvertaken: false,
        IsReplay: false);

    private static DestinationId IdOf(string endpoint, bool isV1a, string[] headers)
    {
        var text = $"{endpoint} {isV1a} {string.Join('\n', headers)}";
        return new DestinationId(new UInt128(0, (ulong)Encoding.UTF8.GetBytes(text).Aggregate(17L, (hash, next) => (hash * 31) + next)));
    }
}
