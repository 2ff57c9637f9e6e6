using System.Text;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Fhir;

namespace Nems.Core.Tests.Fhir;

public sealed class SubscriptionReaderTests
{
    private static readonly FhirForm Xml = new(FhirRelease.Stu3, FhirFormat.Xml);
    private static readonly FhirForm Json = new(FhirRelease.Stu3, FhirFormat.Json);
    private static readonly FhirForm R4Xml = new(FhirRelease.R4, FhirFormat.Xml);

    public static TheoryData<string, string, string, int> Faults => new()
    {
        { nameof(ASubscription.Before), """<id value="mine"/>""", "MSG_RESOURCE_ID_FAIL", 405 },
        { nameof(ASubscription.Before), """<implicitRules value="https://rules.example"/>""", "INVALID_ELEMENT", 400 },
        { nameof(ASubscription.Before), """<contained><Patient><id value="p"/><active value="true"/></Patient></contained>""", "INVALID_ELEMENT", 400 },
        { nameof(ASubscription.Before), """<modifierExtension url="https://x.example"><valueBoolean value="true"/></modifierExtension>""", "INVALID_ELEMENT", 400 },
        { nameof(ASubscription.Before), """<unknown value="9434765919"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Status), "", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Status), """<status value="active"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Status), """<status value="9434765919"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Status), """<status value="requested"/><status value="requested"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Contact), "", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Contact), ASubscription.ContactOf("RR8").Replace("url", "phone", StringComparison.Ordinal), "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Contact), ASubscription.ContactOf("RR8").Replace("work", "home", StringComparison.Ordinal), "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Contact), ASubscription.ContactOf("RR8").Replace("<use value=\"work\"/>", "", StringComparison.Ordinal), "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Contact), ASubscription.ContactOf("RR8").Replace("STU3", "R4", StringComparison.Ordinal), "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Contact), ASubscription.ContactOf("RR8/x"), "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Contact), ASubscription.ContactOf(""), "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.End), """<end value="2026-03-01T12:00:00Z"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.End), """<end value="2030-01-01"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.End), """<end value="2030-01-01T00:00:00"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.End), """<end value="soon"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Reason), "", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Reason), """<reason value="   "/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Criteria), "/Bundle?type=message", "INVALID_PARAMETER", 422 },
        { nameof(ASubscription.Criteria), " " + ASubscription.Explicit, "INVALID_PARAMETER", 422 },
        { nameof(ASubscription.Criteria), ASubscription.Explicit.Replace("5919", "5918", StringComparison.Ordinal), "INVALID_NHS_NUMBER", 400 },
        { nameof(ASubscription.Criteria), ASubscription.Explicit.Replace("pds-change", "pds-chance", StringComparison.Ordinal), "INVALID_CODE_VALUE", 400 },
        { nameof(ASubscription.Error), """<error value="9434765919"/>""", "INVALID_ELEMENT", 400 },
        { nameof(ASubscription.After), """<tag><code value="9434765919"/></tag>""", "INVALID_ELEMENT", 400 },
        { nameof(ASubscription.Channel), """<endpoint value="RR8OT001"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Channel), """<type value="message"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Channel), """<type value="email"/><endpoint value="mailto:a@b"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Channel), """<type value="carrier-pigeon"/><endpoint value="x"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Channel), """<type value="message"/><endpoint value="RR8OT001"/><header value="webhook-signature-scheme: v1 v1a"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Channel), """<type value="rest-hook"/><endpoint value="https://h"/><payload value="text/plain"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Channel), """<type value="rest-hook"/><endpoint value="https://h"/><payload value="application/fhir+xml; fhirVersion=5.0"/>""", "INVALID_RESOURCE", 422 },
        { nameof(ASubscription.Channel), """<type value="rest-hook"/><endpoint value="https://h"/><payload value="application/fhir+xml; q=1"/>""", "INVALID_RESOURCE", 422 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_refused_with_its_code_and_status_and_without_its_value(string part, string content, string code, int status)
    {
        var reading = SubscriptionReader.Read(With(part, content).Xml, Xml, ASubscription.Now);

        Assert.Equal([(code, status)], reading.Problems.Select(problem => (problem.Code.Code, problem.Code.Status)).Distinct());
        Assert.True(reading.Resource.IsEmpty);
        Assert.All(reading.Problems, problem => Assert.DoesNotContain("9434765919", problem.ToString(), StringComparison.Ordinal));
        Assert.All(reading.Problems, problem => Assert.StartsWith("Subscription", problem.Location, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<")]
    [InlineData("<Subscription xmlns='http://hl7.org/fhir'>")]
    [InlineData("<!DOCTYPE x [<!ENTITY e 'x'>]><Subscription xmlns='http://hl7.org/fhir'><reason value='&e;'/></Subscription>")]
    [InlineData("<?xml version='1.0' encoding='utf-16'?><Subscription xmlns='http://hl7.org/fhir'/>")]
    [InlineData("{}")]
    public void What_is_no_XML_is_not_well_formed(string body)
    {
        var problem = Assert.Single(SubscriptionReader.Read(Encoding.UTF8.GetBytes(body), Xml, ASubscription.Now).Problems);

        Assert.Equal(("MESSAGE_NOT_WELL_FORMED", 400), (problem.Code.Code, problem.Code.Status));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("<a/>")]
    [InlineData("""{"resourceType":"Subscription","resourceType":"Subscription"}""")]
    [InlineData("""{"resourceType":"Subscription","channel":{"type":"message","type":"message"}}""")]
    [InlineData("""{"resourceType":"Subscription","reason":"\ud800"}""")]
    [InlineData("""{"resourceType":"Subscription","reason":"\u0001"}""")]
    [InlineData("""{"resourceType":"Subscription"} {}""")]
    [InlineData("""{"resourceType":"Subscription",}""")]
    public void What_is_no_JSON_object_or_says_a_thing_twice_is_not_well_formed(string body)
    {
        var problem = Assert.Single(SubscriptionReader.Read(Encoding.UTF8.GetBytes(body), Json, ASubscription.Now).Problems);

        Assert.Equal("MESSAGE_NOT_WELL_FORMED", problem.Code.Code);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_not_well_formed()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes("""{"resourceType":"Subscription","reason":"""), (byte)'"', 0xFF, (byte)'"', (byte)'}'];

        Assert.Equal("MESSAGE_NOT_WELL_FORMED", Assert.Single(SubscriptionReader.Read(body, Json, ASubscription.Now).Problems).Code.Code);
        Assert.Equal("MESSAGE_NOT_WELL_FORMED", Assert.Single(SubscriptionReader.Read(body, Xml, ASubscription.Now).Problems).Code.Code);
    }

    [Theory]
    [InlineData(FhirFormat.Xml)]
    [InlineData(FhirFormat.Json)]
    public void A_body_nested_deeper_than_64_is_not_well_formed(FhirFormat format)
    {
        var body = format == FhirFormat.Xml
            ? string.Concat(Enumerable.Repeat("<a>", 10_000)) + string.Concat(Enumerable.Repeat("</a>", 10_000))
            : string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000);

        var problem = Assert.Single(SubscriptionReader.Read(Encoding.UTF8.GetBytes(body), new FhirForm(FhirRelease.Stu3, format), ASubscription.Now).Problems);

        Assert.Equal("MESSAGE_NOT_WELL_FORMED", problem.Code.Code);
    }

    [Theory]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'><active value='true'/></Patient>")]
    [InlineData("<Subscription/>")]
    [InlineData("<a xmlns='urn:b'/>")]
    public void Another_resource_is_refused(string body)
    {
        var reading = SubscriptionReader.Read(Encoding.UTF8.GetBytes(body), Xml, ASubscription.Now);

        Assert.NotEmpty(reading.Problems);
        Assert.All(reading.Problems, problem => Assert.Equal(422, problem.Code.Status));
    }

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        var faulty = new ASubscription { Before = """<id value="x"/>""", Status = """<status value="off"/>""", Reason = "", Criteria = "none", Channel = """<type value="sms"/><endpoint value="x"/>""" };

        var reading = SubscriptionReader.Read(faulty.Xml, Xml, ASubscription.Now);

        Assert.Equal(
            ["Subscription.channel.type", "Subscription.criteria", "Subscription.id", "Subscription.reason", "Subscription.status"],
            reading.Problems.Select(problem => problem.Location).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_resource_without_criteria_is_refused()
    {
        var body = Encoding.UTF8.GetString(new ASubscription().Xml);
        body = body[..body.IndexOf("<criteria", StringComparison.Ordinal)] + body[body.IndexOf("<channel", StringComparison.Ordinal)..];

        var problem = Assert.Single(SubscriptionReader.Read(Encoding.UTF8.GetBytes(body), Xml, ASubscription.Now).Problems);

        Assert.Equal(("INVALID_RESOURCE", "Subscription.criteria"), (problem.Code.Code, problem.Location));
    }

    [Fact]
    public void Version_and_time_in_the_meta_of_a_create_are_accepted()
    {
        var sent = new ASubscription { Before = """<meta><versionId value="7"/><lastUpdated value="2020-01-01T00:00:00Z"/></meta>""" };

        Assert.Empty(SubscriptionReader.Read(sent.Xml, Xml, ASubscription.Now).Problems);
    }

    [Fact]
    public void A_contained_Provenance_of_STU3_is_accepted_and_kept()
    {
        var sent = new ASubscription
        {
            Before = """<contained><Provenance><id value="a"/><target><reference value="#"/></target><recorded value="2020-01-01T00:00:00Z"/><agent><whoReference><reference value="Organization/1"/></whoReference></agent></Provenance></contained>""",
        };

        var reading = SubscriptionReader.Read(sent.Xml, Xml, ASubscription.Now);

        Assert.Empty(reading.Problems);
        Assert.Contains("<whoReference>", Encoding.UTF8.GetString(reading.Resource.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void The_R4_address_of_the_directory_is_accepted_on_the_R4_path()
    {
        var sent = new ASubscription { Contact = ASubscription.ContactOf("rr8").Replace("STU3", "R4", StringComparison.Ordinal) };

        var reading = SubscriptionReader.Read(sent.Xml, R4Xml, ASubscription.Now);

        Assert.Empty(reading.Problems);
        Assert.Equal("RR8", reading.Organisation);
    }

    [Fact]
    public void The_reading_says_what_the_resource_says()
    {
        var sent = ASubscription.Webhook("https://hooks.rr8.example/in", "Authorization:  Bearer abc ", "webhook-signature-scheme: v1 v1a") with
        {
            End = """<end value="2030-01-01T00:00:00+01:00"/>""",
        };

        var reading = SubscriptionReader.Read(sent.Xml, Xml, ASubscription.Now);

        Assert.Empty(reading.Problems);
        Assert.Equal("RR8", reading.Organisation);
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)), reading.EndsAt);
        Assert.Equal(ChannelKind.Webhook, reading.Channel);
        Assert.Equal("https://hooks.rr8.example/in", reading.Endpoint);
        Assert.Equal(ASubscription.Explicit, reading.CriteriaText);
        Assert.Equal(["Authorization: Bearer abc"], reading.Headers?.Sent);
        Assert.True(reading.Headers?.SignAsymmetrically);
        Assert.Equal("", reading.Form);
    }

    [Theory]
    [InlineData("application/fhir+xml", FhirRelease.Stu3, "application/fhir+xml; fhirVersion=3.0")]
    [InlineData("application/fhir+json", FhirRelease.Stu3, "application/fhir+json; fhirVersion=3.0")]
    [InlineData("application/fhir+json", FhirRelease.R4, "application/fhir+json; fhirVersion=4.0")]
    [InlineData("application/fhir+json;fhirVersion=4.0", FhirRelease.Stu3, "application/fhir+json; fhirVersion=4.0")]
    public void A_payload_without_version_is_of_the_release_of_the_path(string payload, FhirRelease release, string form)
    {
        var sent = new ASubscription { Channel = $"""<type value="rest-hook"/><endpoint value="https://h"/><payload value="{payload}"/>""" };

        var reading = SubscriptionReader.Read(sent.Xml, new FhirForm(release, FhirFormat.Xml), ASubscription.Now);

        Assert.Empty(reading.Problems);
        Assert.Equal(form, reading.Form);
    }

    [Fact]
    public void Many_readings_at_once_do_not_disturb_one_another() => Parallel.For(0, 500, number =>
    {
        var reading = SubscriptionReader.Read(new ASubscription { Contact = ASubscription.ContactOf($"A{number}") }.Xml, Xml, ASubscription.Now);
        var faulty = SubscriptionReader.Read(new ASubscription { Before = "<foo value='1'/>" }.Xml, Xml, ASubscription.Now);

        Assert.Empty(reading.Problems);
        Assert.Equal($"A{number}", reading.Organisation);
        Assert.Single(faulty.Problems);
    });

    [Theory]
    [InlineData("stu3", FhirRelease.Stu3)]
    [InlineData("r4", FhirRelease.R4)]
    public void Every_published_example_is_accepted(string prefix, FhirRelease release)
    {
        SubscriptionExamples.SkipWhereAbsent();

        var files = Directory.GetFiles(SubscriptionExamples.Folder!, prefix + "-*");

        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var form = new FhirForm(release, file.EndsWith(".json", StringComparison.Ordinal) ? FhirFormat.Json : FhirFormat.Xml);
            Assert.Empty(SubscriptionReader.Read(File.ReadAllBytes(file), form, ASubscription.Now).Problems);
        });
    }

    private static ASubscription With(string part, string content) => part switch
    {
        nameof(ASubscription.Before) => new() { Before = content },
        nameof(ASubscription.Status) => new() { Status = content },
        nameof(ASubscription.Contact) => new() { Contact = content },
        nameof(ASubscription.End) => new() { End = content },
        nameof(ASubscription.Reason) => new() { Reason = content },
        nameof(ASubscription.Criteria) => new() { Criteria = content },
        nameof(ASubscription.Error) => new() { Error = content },
        nameof(ASubscription.Channel) => new() { Channel = content },
        nameof(ASubscription.After) => new() { After = content },
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };
}
