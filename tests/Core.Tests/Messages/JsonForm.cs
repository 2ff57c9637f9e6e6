using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Nems.Core.Tests.Messages;

/// <summary>An R4 message in XML turned into FHIR JSON, enough of it for the samples.</summary>
internal static class JsonForm
{
    private static readonly HashSet<string> Repeating = new(StringComparer.Ordinal)
    {
        "entry", "extension", "identifier", "coding", "address", "line", "given", "focus", "telecom", "target", "agent", "type", "category",
        "generalPractitioner", "link", "statusReason2", "specialty", "team",
    };

    public static string Of(string xml) => Resource(XElement.Parse(xml)).ToJsonString();

    private static JsonObject Resource(XElement element)
    {
        var json = new JsonObject { ["resourceType"] = element.Name.LocalName };
        Fill(json, element);
        return json;
    }

    private static void Fill(JsonObject json, XElement element)
    {
        foreach (var attribute in element.Attributes().Where(attribute => attribute.Name.LocalName is "url" or "id"))
            json[attribute.Name.LocalName] = attribute.Value;
        foreach (var group in element.Elements().GroupBy(child => child.Name.LocalName))
        {
            var values = group.Select(Value).ToArray();
            var isArray = values.Length > 1 || (Repeating.Contains(group.Key) && values[0] is JsonObject) || group.Key is "line" or "given" or "entry";
            json[group.Key] = isArray && !(group.Key is "type" && element.Name.LocalName is "Bundle" or "link") ? new JsonArray(values) : values[0];
            var extras = group.Where(child => child.Attribute("value") is not null && child.HasElements).ToArray();
            if (extras.Length == 0) continue;
            var extra = new JsonObject();
            Fill(extra, extras[0]);
            json["_" + group.Key] = extra;
        }
    }

    private static JsonNode? Value(XElement element)
    {
        if (element.Name.LocalName == "resource") return Resource(element.Elements().Single());
        if (element.Attribute("value") is { } value)
            return value.Value is "true" or "false" ? JsonValue.Create(value.Value == "true") : JsonValue.Create(value.Value);
        var json = new JsonObject();
        Fill(json, element);
        return json;
    }
}
