using System.Globalization;
using System.Text;
using System.Xml;

namespace Nems.Cli.Subscriptions;

/// <summary>The options of a subscription, written as the STU3 resource that the service takes. The service judges the values.</summary>
internal sealed record SubscriptionRequest
{
    private const string Fhir = "http://hl7.org/fhir";

    /// <summary>ODS code of the owner.</summary>
    public required string Organisation { get; init; }

    /// <summary>A webhook address; null for a mailbox.</summary>
    public string? Endpoint { get; init; }

    /// <summary>A MESH mailbox; null for a webhook.</summary>
    public string? Mailbox { get; init; }

    public string? NhsNumber { get; init; }

    /// <summary>A rule code such as <c>GP_GP_GP</c>.</summary>
    public string? Rule { get; init; }

    /// <summary>What the rule compares.</summary>
    public string? Code { get; init; }

    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Such as <c>lt19</c>.</summary>
    public IReadOnlyList<string> Ages { get; init; } = [];

    public string? GpRegistration { get; init; }

    public string? Tag { get; init; }

    public DateTimeOffset? End { get; init; }

    public required string Reason { get; init; }

    /// <summary>Lines <c>Name: value</c>.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public string? Secret { get; init; }

    /// <summary>Ask for the public-key signature as well.</summary>
    public bool WithPublicKeySignature { get; init; }

    /// <summary>The criteria string: patient or rule first, then the filters.</summary>
    public string Criteria
    {
        get
        {
            var criteria = new StringBuilder("/Bundle?type=message");
            Add("Patient.identifier", NhsNumber is null ? null : $"https://fhir.nhs.uk/Id/nhs-number|{NhsNumber}");
            Add("subscriptionRuleType", Rule);
            Add("Organization.identifier", Code);
            foreach (var code in Events) Add("MessageHeader.event", code);
            foreach (var age in Ages) Add("Patient.age", age);
            Add("GPRegistration", GpRegistration);
            Add("tag", Tag);
            return criteria.ToString();

            void Add(string name, string? value)
            {
                if (value is not null) criteria.Append('&').Append(name).Append('=').Append(value);
            }
        }
    }

    public byte[] ToXml()
    {
        var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true, Indent = true }))
        {
            xml.WriteStartElement("Subscription", Fhir);
            xml.WriteStartElement("meta", Fhir);
            Value(xml, "profile", "https://fhir.nhs.uk/STU3/StructureDefinition/EMS-Subscription-1");
            xml.WriteEndElement();
            Value(xml, "status", "requested");
            xml.WriteStartElement("contact", Fhir);
            Value(xml, "system", "url");
            Value(xml, "value", $"https://directory.spineservices.nhs.uk/STU3/Organization/{Organisation}");
            Value(xml, "use", "work");
            xml.WriteEndElement();
            if (End is { } end) Value(xml, "end", end.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
            Value(xml, "reason", Reason);
            Value(xml, "criteria", Criteria);
            WriteChannel(xml);
            xml.WriteEndElement();
        }

        return stream.ToArray();
    }

    public override string ToString() => $"(subscription of {Organisation})";

    private static void Value(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement(name, Fhir);
        xml.WriteAttributeString("value", value);
        xml.WriteEndElement();
    }

    private void WriteChannel(XmlWriter xml)
    {
        xml.WriteStartElement("channel", Fhir);
        Value(xml, "type", Mailbox is null ? "rest-hook" : "message");
        Value(xml, "endpoint", Mailbox ?? Endpoint ?? string.Empty);
        foreach (var line in Headers) Value(xml, "header", line);
        if (Secret is not null) Value(xml, "header", $"webhook-secret: {Secret}");
        if (WithPublicKeySignature) Value(xml, "header", "webhook-signature-scheme: v1 v1a");
        xml.WriteEndElement();
    }
}
