using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Xml;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using Nems.Core.Events;

namespace Nems.Core.Fhir;

/// <summary>Resources to and from bytes. Its parser's faults are data here: no exception leaves it, and no text of one, for they quote values.</summary>
internal static class FhirSyntax
{
    private static readonly FhirXmlDeserializer StrictXml = new(new DeserializerSettings().UsingMode(DeserializationMode.Strict));
    private static readonly FhirJsonDeserializer StrictJson = new(new DeserializerSettings().UsingMode(DeserializationMode.Strict));
    private static readonly FhirXmlDeserializer LenientXml = new(new DeserializerSettings().UsingMode(DeserializationMode.Ostrich));
    private static readonly FhirJsonDeserializer LenientJson = new(new DeserializerSettings().UsingMode(DeserializationMode.Ostrich));
    private static readonly FhirXmlSerializer Xml = new();
    private static readonly FhirJsonSerializer Json = new();

    /// <summary>Reads text that passed <see cref="WellFormedBody"/>. False where the parser could make nothing of it.</summary>
    internal static bool TryParse(string text, FhirFormat format, [NotNullWhen(true)] out Resource? resource, out IReadOnlyList<CodedException> issues)
    {
        resource = null;
        issues = [];
        try
        {
            IEnumerable<CodedException> found;
            if (format == FhirFormat.Json)
            {
                StrictJson.TryDeserializeResource(text, out resource, out found);
            }
            else
            {
                using var reader = WellFormedBody.XmlReaderOver(text);
                StrictXml.TryDeserializeResource(reader, out resource, out found);
            }

            issues = [.. found];
            return resource is not null;
        }
        catch (Exception fault) when (IsOfTheInput(fault))
        {
            return false;
        }
    }

    /// <summary>Reads what this service has stored, without judging it again.</summary>
    internal static Resource Read(ReadOnlySpan<byte> stored, FhirFormat format)
    {
        var text = Encoding.UTF8.GetString(stored);
        if (format == FhirFormat.Json) return LenientJson.DeserializeResource(text);
        using var reader = WellFormedBody.XmlReaderOver(text);
        return LenientXml.DeserializeResource(reader);
    }

    internal static byte[] Write(Resource resource, FhirFormat format) =>
        format == FhirFormat.Json ? Json.SerializeToBytes(resource) : Xml.SerializeToBytes(resource);

    /// <summary>False where the parser kept something that cannot be written.</summary>
    internal static bool TryWrite(Resource resource, FhirFormat format, out byte[] bytes)
    {
        try
        {
            bytes = Write(resource, format);
            return true;
        }
        catch (Exception fault) when (IsOfTheInput(fault))
        {
            bytes = [];
            return false;
        }
    }

    // What the parser throws, instead of reporting it, on input that it did not foresee. Anything else is a fault of ours and passes.
    private static bool IsOfTheInput(Exception fault) =>
        fault is InvalidOperationException or ArgumentException or FormatException or NotSupportedException or InvalidCastException
            or XmlException or JsonException or CodedException or NullReferenceException or KeyNotFoundException or OverflowException;
}
