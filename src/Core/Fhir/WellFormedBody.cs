using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using System.Xml;
using Nems.Core.Events;
using Nems.Core.Problems;

namespace Nems.Core.Fhir;

/// <summary>
/// Stands before the FHIR parser: UTF-8 alone, no DTD, bounded depth, no property twice, no character that XML cannot carry.
/// What passes can be written in either syntax.
/// </summary>
internal static class WellFormedBody
{
    private const int MaxDepth = 64;
    private const int MaxAttributes = 64;

    internal static bool TryRead(ReadOnlySpan<byte> body, FhirFormat format, out string text, out Problem? problem)
    {
        text = "";
        if (body.StartsWith(Encoding.UTF8.Preamble)) body = body[3..];
        var fault = body.IsEmpty ? "The body is empty."
            : !Utf8.IsValid(body) ? "The body is not UTF-8."
            : format == FhirFormat.Json ? JsonFault(body)
            : XmlFault(text = Encoding.UTF8.GetString(body));
        problem = fault is null ? null : new Problem(SpineCode.MessageNotWellFormed, fault);
        if (fault is null && format == FhirFormat.Json) text = Encoding.UTF8.GetString(body);
        return fault is null;
    }

    /// <summary>A reader over text that has passed.</summary>
    internal static XmlReader XmlReaderOver(string text) => XmlReader.Create(new StringReader(text), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    });

    // Exception texts of the readers quote the input, so none is passed on.
    private static string? XmlFault(string text)
    {
        try
        {
            using var reader = XmlReaderOver(text);
            while (reader.Read())
            {
                if (reader.Depth > MaxDepth) return $"The XML is nested deeper than {MaxDepth}.";
                if (reader.AttributeCount > MaxAttributes) return $"An element has more than {MaxAttributes} attributes.";
                if (reader.NodeType == XmlNodeType.XmlDeclaration
                    && reader.GetAttribute("encoding") is { } encoding && !encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
                    return "The XML declaration names an encoding other than UTF-8.";
            }

            return null;
        }
        catch (XmlException fault)
        {
            return $"The XML is not well formed (line {fault.LineNumber}), or holds a DTD or an entity.";
        }
    }

    private static string? JsonFault(ReadOnlySpan<byte> body)
    {
        var names = new Stack<HashSet<string>>();
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject))
                    return "The JSON is not an object.";
                if (reader.TokenType == JsonTokenType.StartObject) names.Push(new HashSet<string>(StringComparer.Ordinal));
                if (reader.TokenType == JsonTokenType.EndObject) names.Pop();
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) continue;
                var value = reader.GetString()!; // these tokens always have text
                if (!IsXmlText(value)) return "The JSON holds a character that FHIR does not allow.";
                if (reader.TokenType == JsonTokenType.PropertyName && !names.Peek().Add(value)) return "The JSON holds a property twice.";
            }

            return null;
        }
        catch (JsonException fault)
        {
            return $"The JSON is not well formed (line {fault.LineNumber + 1}), or nested deeper than {MaxDepth}.";
        }
        catch (InvalidOperationException)
        {
            return "The JSON holds half of a surrogate pair.";
        }
    }

    private static bool IsXmlText(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length) index++;
            else if (!XmlConvert.IsXmlChar(text[index])) return false;
        }

        return true;
    }
}
