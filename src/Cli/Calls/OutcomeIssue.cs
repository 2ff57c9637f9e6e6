using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Nems.Cli.Calls;

/// <summary>One issue of an OperationOutcome, in the words of the service.</summary>
internal sealed record OutcomeIssue(string Severity, string Code, string Diagnostics, string Location)
{
    /// <summary>The issues of an OperationOutcome in XML or JSON; none when the text is something else.</summary>
    public static IReadOnlyList<OutcomeIssue> ReadAll(string text)
    {
        var trimmed = text.AsSpan().TrimStart();
        try
        {
            return trimmed.StartsWith("<") ? FromXml(text) : trimmed.StartsWith("{") ? FromJson(text) : [];
        }
        catch (Exception fault) when (fault is XmlException or JsonException)
        {
            return [];
        }
    }

    private static List<OutcomeIssue> FromXml(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var root = XDocument.Load(reader).Root;
        if (root is null || root.Name.LocalName != "OperationOutcome") return [];

        return [.. Children(root, "issue").Select(issue => new OutcomeIssue(
            Value(issue, "severity"),
            Children(issue, "details").SelectMany(details => Children(details, "coding")).Select(coding => Value(coding, "code")).FirstOrDefault() ?? Value(issue, "code"),
            Value(issue, "diagnostics"),
            Value(issue, "location") is { Length: > 0 } location ? location : Value(issue, "expression")))];

        static IEnumerable<XElement> Children(XElement element, string name) => element.Elements().Where(child => child.Name.LocalName == name);

        static string Value(XElement element, string name) => (string?)Children(element, name).FirstOrDefault()?.Attribute("value") ?? string.Empty;
    }

    private static List<OutcomeIssue> FromJson(string text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        if (Text(root, "resourceType") != "OperationOutcome" || !root.TryGetProperty("issue", out var issues) || issues.ValueKind != JsonValueKind.Array) return [];

        return [.. issues.EnumerateArray().Where(issue => issue.ValueKind == JsonValueKind.Object).Select(issue => new OutcomeIssue(
            Text(issue, "severity"),
            SpineCodeOf(issue) is { Length: > 0 } code ? code : Text(issue, "code"),
            Text(issue, "diagnostics"),
            First(issue, "location") is { Length: > 0 } location ? location : First(issue, "expression")))];

        static string Text(JsonElement element, string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? string.Empty : string.Empty;

        static string First(JsonElement element, string name) =>
            element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.String
                ? list[0].GetString() ?? string.Empty
                : string.Empty;

        static string SpineCodeOf(JsonElement issue) =>
            issue.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object
            && details.TryGetProperty("coding", out var codings) && codings.ValueKind == JsonValueKind.Array && codings.GetArrayLength() > 0
                ? Text(codings[0], "code")
                : string.Empty;
    }
}
