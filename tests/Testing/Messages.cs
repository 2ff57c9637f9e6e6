using System.Text;
using Nems.Core.Events;

namespace Nems.Testing;

/// <summary>An event message to publish: the product's own samples, about whichever patient a test is about.</summary>
public sealed record Message(EventType Type, FhirForm Form, byte[] Body)
{
    public static Message Sample(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Samples", name);
        return FromFile(path);
    }

    public static Message FromFile(string path)
    {
        var body = File.ReadAllBytes(path);
        var text = Encoding.UTF8.GetString(body);
        var type = EventType.All.First(candidate => text.Contains($"\"{candidate.Code}\"", StringComparison.Ordinal));
        var isJson = path.EndsWith(".json", StringComparison.Ordinal);
        var isR4 = isJson || path.EndsWith(".r4.xml", StringComparison.Ordinal);
        return new Message(type, new FhirForm(isR4 ? FhirRelease.R4 : FhirRelease.Stu3, isJson ? FhirFormat.Json : FhirFormat.Xml), body);
    }

    /// <summary>The same message about another patient: every valid NHS number in it that equals its routing number is replaced.</summary>
    public Message About(string nhsNumber)
    {
        var text = Encoding.UTF8.GetString(Body);
        return this with { Body = Encoding.UTF8.GetBytes(text.Replace(RoutingNumber(), nhsNumber, StringComparison.Ordinal)) };
    }

    /// <summary>Whether the MessageHeader carries an NHS number; a birth may not.</summary>
    public bool HasRoutingNumber => Encoding.UTF8.GetString(Body).Contains("\"nhsNumber\"", StringComparison.Ordinal);

    /// <summary>The routing NHS number: the first number in the message.</summary>
    public string RoutingNumber()
    {
        var text = Encoding.UTF8.GetString(Body);
        var system = text.IndexOf(NhsNumber.System, StringComparison.Ordinal);
        for (var index = system; index < text.Length - 10; index++)
        {
            if (text[index] == '"' && text[index + 11] == '"' && NhsNumber.TryParse(text.Substring(index + 1, 10), out var number)) return number.Value;
        }

        throw new InvalidOperationException("The sample has no NHS number.");
    }

    /// <summary>A copy whose bytes differ from all others: a comment at the end (XML) or a blank (JSON) says which.</summary>
    public Message Numbered(int number) => Form.Format == FhirFormat.Xml
        ? this with { Body = [.. Body, .. Encoding.UTF8.GetBytes($"<!--{number}-->")] }
        : this with { Body = [.. Body, .. Encoding.UTF8.GetBytes(new string(' ', number))] };

    public static Message Hearing => Sample("newborn-hearing-1.new.xml");

    public static Message Death => Sample("pds-death-notification-1.formal.xml");

    public static Message ChangeOfAddress => Sample("pds-change-of-address-1.new.xml");
}
