using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Journey.Tests.Privacy;

/// <summary>The product's own samples with a canary in every element that a person could be known by.</summary>
internal static partial class CanaryMessages
{
    /// <summary>A valid message of canaries, and the canary that is its routing number.</summary>
    public static (Message Message, string NhsNumber) Of(string sample, Canaries canaries)
    {
        var message = Message.Sample(sample);
        var text = Encoding.UTF8.GetString(message.Body);
        var planted = new Dictionary<string, string>(StringComparer.Ordinal);
        text = NhsNumbers().Replace(text, found => NhsNumber.TryParse(found.Value, out _) ? Planted(found.Value, canaries.NhsNumber, "NHS number") : found.Value);
        var isJson = message.Form.Format == FhirFormat.Json;
        text = (isJson ? JsonElements() : XmlElements()).Replace(text, found => Escaped(found, Of(found.Groups["name"].Value, found.Groups["value"].Value)));
        var number = message.HasRoutingNumber ? planted[message.RoutingNumber()] : planted.First(pair => NhsNumber.TryParse(pair.Key, out _)).Value;
        return (message with { Body = Encoding.UTF8.GetBytes(isJson ? text : text + $"<!-- {canaries.Name($"{sample}: comment")} -->") }, number);

        string Of(string name, string value) => name switch
        {
            "family" or "given" or "city" or "name" => Planted(value, canaries.Name, name),
            "postalCode" => Planted(value, canaries.Postcode, name),
            "line" or "text" => Planted(value, canaries.Line, name),
            "birthDate" or "valueDateTime" => Planted(value[..10], canaries.Date, name) + value[10..],
            _ => throw new ArgumentException("No such element.", nameof(name)),
        };

        string Planted(string value, Func<string, string> make, string name)
        {
            if (!planted.TryGetValue(value, out var canary)) planted.Add(value, canary = make($"{sample}: {name}"));
            return canary;
        }

        string Escaped(Match found, string canary)
        {
            var value = found.Groups["value"];
            var escaped = isJson ? canary.Replace("\"", "\\\"", StringComparison.Ordinal) : SecurityElement.Escape(canary)!;
            return found.Value[..(value.Index - found.Index)] + escaped + found.Value[(value.Index - found.Index + value.Length)..];
        }
    }

    [GeneratedRegex(@"(?<=\x22)\d{10}(?=\x22)")]
    private static partial Regex NhsNumbers();

    [GeneratedRegex(@"<(?<name>family|given|city|name|postalCode|line|text|birthDate|valueDateTime) value=""(?<value>[^""]{4,})""")]
    private static partial Regex XmlElements();

    [GeneratedRegex(@"""(?<name>family|city|postalCode|text|birthDate|valueDateTime)""\s*:\s*""(?<value>[^""]{4,})""")]
    private static partial Regex JsonElements();
}
