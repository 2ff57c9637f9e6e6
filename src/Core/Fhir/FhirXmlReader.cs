using System.Runtime.InteropServices;
using System.Xml;

namespace Nems.Core.Fhir;

/// <summary>
/// XML bytes to a document in one pass, over <see cref="XmlReader"/>. No DTD, no resolver, no processing instruction, UTF-8
/// alone; depth, attributes, names and elements are bounded. Elements of other namespaces (the narrative among them) are passed over.
/// </summary>
internal sealed class FhirXmlReader
{
    private const string Fhir = "http://hl7.org/fhir";
    private const int MaxAttributes = 16;

    private readonly XmlReader reader;
    private readonly FhirDocument document;
    private readonly Func<char[], int, int, int> readValue;

    private FhirXmlReader(XmlReader reader, FhirDocument document)
    {
        this.reader = reader;
        this.document = document;
        readValue = reader.ReadValueChunk;
    }

    /// <summary>Fills the document; answers what is wrong in words, or null. The bytes are valid UTF-8 without byte order mark.</summary>
    public static string? Read(ReadOnlyMemory<byte> body, FhirDocument document)
    {
        using var stream = MemoryMarshal.TryGetArray(body, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false) // TryGetArray promises the array
            : new MemoryStream(body.ToArray(), writable: false);
        try
        {
            using var reader = XmlReader.Create(stream, Settings());
            return new FhirXmlReader(reader, document).ReadAll();
        }
        catch (XmlException fault)
        {
            // The parser's own text quotes what it read.
            return fault.LineNumber > 0
                ? $"The body is not well-formed XML (line {fault.LineNumber}), or holds a DTD, an entity or too many names."
                : "The body is not well-formed XML, or holds a DTD, an entity or too many names.";
        }
    }

    private static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreWhitespace = true,
        CheckCharacters = true,
        NameTable = new FhirNames(),
    };

    private string? ReadAll()
    {
        var current = -1;
        var foreignDepth = int.MaxValue; // depth of the outermost element that is being passed over
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.XmlDeclaration when !DeclaresUtf8():
                    return "The XML declaration names an encoding other than UTF-8.";
                case XmlNodeType.ProcessingInstruction or XmlNodeType.EntityReference:
                    return "Processing instructions and entities are not allowed.";
                case XmlNodeType.Element:
                    if (Excess() is { } fault) return fault;
                    var isForeign = reader.Depth > foreignDepth || !string.Equals(reader.NamespaceURI, Fhir, StringComparison.Ordinal);
                    if (isForeign && current < 0) return "The root element is not in the namespace http://hl7.org/fhir.";
                    if (isForeign) foreignDepth = Math.Min(foreignDepth, reader.Depth);
                    else ReadElement(ref current);
                    if (reader.IsEmptyElement && foreignDepth == reader.Depth) foreignDepth = int.MaxValue;
                    break;
                case XmlNodeType.EndElement:
                    if (foreignDepth == int.MaxValue) current = document.At(current).Parent;
                    else if (foreignDepth == reader.Depth) foreignDepth = int.MaxValue;
                    break;
                default:
                    break; // text outside the narrative says nothing in FHIR
            }
        }

        return null;
    }

    private string? Excess() =>
        reader.Depth >= FhirDocument.MaxDepth ? "Elements are nested deeper than 64."
        : reader.AttributeCount > MaxAttributes ? "An element has too many attributes."
        : document.IsFull ? "The body has too many elements."
        : null;

    private void ReadElement(ref int current)
    {
        var isEmpty = reader.IsEmptyElement;
        var element = document.Add(current, reader.LocalName);
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI.Length > 0) continue;
            var holder = reader.LocalName == "value" ? element : document.Add(element, reader.LocalName);
            document.SetValue(holder, document.ReadInto(readValue));
        }

        reader.MoveToElement();
        if (!isEmpty) current = element;
    }

    private bool DeclaresUtf8() =>
        reader.GetAttribute("encoding") is not { } encoding || string.Equals(encoding, "utf-8", StringComparison.OrdinalIgnoreCase);
}
