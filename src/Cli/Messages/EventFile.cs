using System.Text.Json;
using System.Xml;
using Nems.Core.Events;

namespace Nems.Cli.Messages;

/// <summary>A FHIR message to publish: its bytes, and what of them says how to publish it. The rest is for the service to judge.</summary>
internal sealed record EventFile(string Name, byte[] Bytes, EventType Type, FhirForm Form)
{
    /// <summary>Finds the event code and the form; false, with the reason, when the bytes show no event of a known type.</summary>
    public static bool TryRead(string name, byte[] bytes, out EventFile? file, out string fault)
    {
        file = null;
        var (code, form, broken) = FirstByte(bytes) == (byte)'{' ? FromJson(bytes) : FromXml(bytes);
        fault = broken ? $"{name} is neither XML nor JSON that can be read."
            : code is null ? $"{name} has no event code where a message header holds it."
            : !EventType.TryParse(code, out var type) ? $"{name} is of an event type that is not supported."
            : string.Empty;
        if (fault.Length > 0 || !EventType.TryParse(code, out var known)) return false;

        file = new EventFile(name, bytes, known, form);
        return true;
    }

    public override string ToString() => Name;

    private static byte FirstByte(ReadOnlySpan<byte> bytes)
    {
        var trimmed = bytes[ByteOrderMark(bytes)..].TrimStart(" \t\r\n"u8);
        return trimmed.IsEmpty ? (byte)0 : trimmed[0];
    }

    private static int ByteOrderMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\uFEFF"u8) ? 3 : 0;

    /// <summary>STU3 keeps the code in <c>event</c>, R4 in <c>eventCoding</c>: that tells the releases apart.</summary>
    private static (string? Code, FhirForm Form, bool Broken) FromXml(byte[] bytes)
    {
        var stu3 = new FhirForm(FhirRelease.Stu3, FhirFormat.Xml);
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            string? release = null;
            var depth = 0;
            while (reader.Read())
            {
                if (reader.NodeType != XmlNodeType.Element) continue;
                if (reader.LocalName is "event" or "eventCoding" && !reader.IsEmptyElement)
                {
                    (release, depth) = (reader.LocalName, reader.Depth);
                }
                else if (release is not null && reader.LocalName == "code" && reader.Depth == depth + 1)
                {
                    return (reader.GetAttribute("value"), release == "event" ? stu3 : new FhirForm(FhirRelease.R4, FhirFormat.Xml), false);
                }
            }

            return (null, stu3, false);
        }
        catch (XmlException)
        {
            return (null, stu3, true);
        }
    }

    private static (string? Code, FhirForm Form, bool Broken) FromJson(byte[] bytes)
    {
        var form = new FhirForm(FhirRelease.R4, FhirFormat.Json);
        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(ByteOrderMark(bytes)));
            var header = document.RootElement;
            var found = header.ValueKind == JsonValueKind.Object
                && header.TryGetProperty("entry", out var entries) && entries.ValueKind == JsonValueKind.Array && entries.GetArrayLength() > 0
                && entries[0].ValueKind == JsonValueKind.Object && entries[0].TryGetProperty("resource", out header) && header.ValueKind == JsonValueKind.Object
                && header.TryGetProperty("eventCoding", out header) && header.ValueKind == JsonValueKind.Object
                && header.TryGetProperty("code", out header) && header.ValueKind == JsonValueKind.String;
            return (found ? header.GetString() : null, form, false);
        }
        catch (JsonException)
        {
            return (null, form, true);
        }
    }
}
