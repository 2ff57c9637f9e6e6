using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Subscribe;

namespace Nems.Core.Tests.Fhir;

public sealed class SubscriptionWriterTests
{
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";
    private static readonly FhirForm Xml = new(FhirRelease.Stu3, FhirFormat.Xml);

    [Fact]
    public void The_answer_carries_what_the_service_assigned()
    {
        var stored = Stored(new ASubscription { Before = """<meta><versionId value="77"/><profile value="https://fhir.nhs.uk/STU3/StructureDefinition/EMS-Subscription-1"/></meta>""" });

        var xml = XDocument.Parse(Encoding.UTF8.GetString(SubscriptionWriter.Write(stored, FhirFormat.Xml))).Root!;

        Assert.Equal(Fhir + "Subscription", xml.Name);
        Assert.Equal(stored.Subscription.Id.ToString(), Value(xml.Element(Fhir + "id")));
        Assert.Equal("1", Value(xml.Element(Fhir + "meta")!.Element(Fhir + "versionId")));
        Assert.StartsWith("2026-03-01T12:00:00", Value(xml.Element(Fhir + "meta")!.Element(Fhir + "lastUpdated")), StringComparison.Ordinal);
        Assert.Equal("https://fhir.nhs.uk/STU3/StructureDefinition/EMS-Subscription-1", Value(xml.Element(Fhir + "meta")!.Element(Fhir + "profile")));
        Assert.Equal("active", Value(xml.Element(Fhir + "status")));
        Assert.Equal(ASubscription.Explicit, Value(xml.Element(Fhir + "criteria")));
    }

    [Fact]
    public void What_came_as_XML_is_read_back_as_JSON_with_the_same_content()
    {
        var stored = Stored(new ASubscription { End = """<end value="2030-01-01T00:00:00+01:00"/>""" });

        using var json = JsonDocument.Parse(SubscriptionWriter.Write(stored, FhirFormat.Json));

        Assert.Equal("Subscription", json.RootElement.GetProperty("resourceType").GetString());
        Assert.Equal(ASubscription.Explicit, json.RootElement.GetProperty("criteria").GetString());
        Assert.Equal("2030-01-01T00:00:00+01:00", json.RootElement.GetProperty("end").GetString());
        Assert.Equal("RR8OT001", json.RootElement.GetProperty("channel").GetProperty("endpoint").GetString());
    }

    [Fact]
    public void What_came_as_JSON_is_read_back_as_XML_with_the_same_content()
    {
        var asJson = SubscriptionWriter.Write(Stored(new ASubscription()), FhirFormat.Json);
        var stored = Stored(new ASubscription()) with { Resource = asJson, Form = new FhirForm(FhirRelease.Stu3, FhirFormat.Json) };

        var xml = XDocument.Parse(Encoding.UTF8.GetString(SubscriptionWriter.Write(stored, FhirFormat.Xml))).Root!;

        Assert.Equal(ASubscription.Explicit, Value(xml.Element(Fhir + "criteria")));
        Assert.Equal("Care of this child", Value(xml.Element(Fhir + "reason")));
    }

    [Theory]
    [InlineData(FhirFormat.Xml)]
    [InlineData(FhirFormat.Json)]
    public void No_header_value_and_no_signing_secret_is_stored_or_written(FhirFormat format)
    {
        var secret = "whsec_" + Convert.ToBase64String(new byte[32]);
        var stored = Stored(ASubscription.Webhook("https://h/", "Authorization: Bearer s3cr3t", "X-Site: s3cr3t", $"Webhook-Secret: {secret}", "webhook-signature-scheme: v1"));

        var kept = Encoding.UTF8.GetString(stored.Resource.Span);
        var written = Encoding.UTF8.GetString(SubscriptionWriter.Write(stored, format));

        foreach (var text in new[] { kept, written })
        {
            Assert.Contains("Authorization: ***", text, StringComparison.Ordinal);
            Assert.Contains("X-Site: ***", text, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cr3t", text, StringComparison.Ordinal);
            Assert.DoesNotContain("ebhook-", text, StringComparison.Ordinal);
            Assert.DoesNotContain("whsec_", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(SubscriptionState.Requested, "requested")]
    [InlineData(SubscriptionState.Active, "active")]
    [InlineData(SubscriptionState.Error, "error")]
    [InlineData(SubscriptionState.Off, "off")]
    public void The_status_is_the_present_state(SubscriptionState state, string status)
    {
        var stored = Stored(new ASubscription());
        stored = stored with { Subscription = stored.Subscription with { State = state } };

        using var json = JsonDocument.Parse(SubscriptionWriter.Write(stored, FhirFormat.Json));

        Assert.Equal(status, json.RootElement.GetProperty("status").GetString());
    }

    private static StoredSubscription Stored(ASubscription sent)
    {
        var reading = SubscriptionReader.Read(sent.Xml, Xml, ASubscription.Now);
        Assert.Empty(reading.Problems);
        var subscription = new Subscription
        {
            Id = new SubscriptionId(Guid.Parse("ea0a485187204b49b978bdcf7102388c")),
            MatchKey = "nhs:x",
            Organisation = "RR8",
            State = SubscriptionState.Active,
            Events = 1,
            Ages = [],
            GpRegistration = GpRegistration.Any,
            CreatedAt = ASubscription.Now,
            ActiveSince = ASubscription.Now,
            EndsAt = null,
            Destination = new Destination(default, "RR8", ChannelKind.Mesh, "RR8OT001", "", [], false),
            Tag = null,
            VersionId = "1",
        };
        return new StoredSubscription(subscription, reading.Resource, Xml);
    }

    private static string? Value(XElement? element) => element?.Attribute("value")?.Value;
}
