using Nems.Core.Publish.Rules;
using Nems.Core.Tests.Messages;
using static Nems.Core.Events.EventType;
using static Nems.Core.Tests.Messages.Change;

namespace Nems.Core.Tests.Publish;

/// <summary>One row for each rule on Bundle, MessageHeader and routingDemographics.</summary>
public sealed class EnvelopeRuleTests
{
    private const string Invalid = "INVALID_RESOURCE";
    private const string MessageEventTypeUrl = "Extension-MessageEventType-1";
    private const string RoutingUrl = "Extension-RoutingDemographics-1";
    private const string Number = """<value value="9912003888"/>""";
    private const string EventCode = """<code value="newborn-hearing-1"/>""";

    private static readonly RuleTable Table = new RuleTable()
        .Add("Bundle.type is message", NewbornHearing, Swap("""<type value="message"/>""", """<type value="batch"/>"""), Invalid)
        .Add("the header comes first", NewbornHearing, message => Drop("header")(message).Replace("</Bundle>", HeaderOf(message) + "</Bundle>", StringComparison.Ordinal), Invalid)
        .Add("there is a header", NewbornHearing, Drop("header"), Invalid)
        .Add("there is one header", NewbornHearing, Twice("header"), Invalid)
        .Add("every entry has a fullUrl", NewbornHearing, Cut("comment", "fullUrl"), Invalid)
        .Add("every entry has a resource", NewbornHearing, message => message.Replace("</Bundle>", """<entry><fullUrl value="urn:uuid:x"/></entry></Bundle>""", StringComparison.Ordinal), Invalid, Warnings.FullUrlForm)
        .Add("an entry has one resource", NewbornHearing, In("comment", "</resource>", "<Basic/></resource>"), Invalid)
        .Add("fullUrl is unique", NewbornHearing, In("comment", $"urn:uuid:{Sample.Id("comment")}", $"urn:uuid:{Sample.Id("service")}"), Invalid, Warnings.FullUrlForm)
        .Add("fullUrl begins with urn:uuid", NewbornHearing, In("header", "urn:uuid:", ""), Warnings.FullUrlForm)
        .AddR4("fullUrl begins with urn:uuid", NewbornHearing, In("header", "urn:uuid:", ""), Invalid, Warnings.FullUrlForm)
        .Add("fullUrl ends with the id", NewbornHearing, In("comment", $"<id value=\"{Sample.Id("comment")}\"/>", $"<id value=\"{Sample.Id("other")}\"/>"), Warnings.FullUrlForm)
        .Add("elements in order", NewbornHearing, Both(Cut("comment", "sender"), In("comment", "<status", Sample.Ref("sender", "organization") + "<status")), Warnings.ElementOrder)
        .Add("an unknown element is nobody's business", NewbornHearing, In("patient", "<gender", """<colour value="red"/><gender"""))
        .Add("another profile is nobody's business", NewbornHearing, In("patient", "</meta>", """<profile value="https://example.org/p"/></meta>"""))
        .Add("lastUpdated is an instant", NewbornHearing, In("header", "2024-06-09T23:30:00+00:00", "2024-06-09"), Invalid, Warnings.DateForm)
        .Add("birthDateTime with a time has a zone", NewbornHearing, In("header", """<valueDateTime value="1988-04-17"/>""", """<valueDateTime value="1988-04-17T10:00:00"/>"""), Invalid, Warnings.DateForm)
        .Add("birthDateTime tells a day", NewbornHearing, In("header", """<valueDateTime value="1988-04-17"/>""", """<valueDateTime value="1988-04"/>"""), Warnings.BirthDateNoDay, Warnings.PatientBirthDateDiffers)
        .Add("timestamp has a possible zone", NewbornHearing, Swap("2024-06-10T09:30:05+01:00", "2024-06-10T09:30:05+00:60"), Warnings.TimestampForm)
        .AddR4("timestamp has a possible zone", NewbornHearing, Swap("2024-06-10T09:30:05+01:00", "2024-06-10T09:30:05+00:60"), Invalid)
        .Add("other dates have a form", NewbornHearing, In("aabr", "2024-06-09T09:00:00+01:00", "2024-06-09T09:00"), Warnings.DateForm)
        .Add("an extension of a resource has an absolute URL", NewbornHearing, In("patient", "<identifier>", """<extension url="local"><valueString value="x"/></extension><identifier>"""), Warnings.ExtensionUrlNotAbsolute)
        .Add("focus resolves", NewbornHearing, In("header", Sample.Ref("focus", "focus"), Sample.Ref("focus", "nowhere")), "REFERENCE_NOT_FOUND")
        .Add("focus is in the Bundle", NewbornHearing, In("header", Sample.Ref("focus", "focus"), """<focus><reference value="https://example.org/Encounter/1"/></focus>"""), "REFERENCE_NOT_FOUND")
        .Add("Communication.subject resolves", ChangeOfAddress, In("focus", Sample.Id("patient"), Sample.Id("nowhere")), "REFERENCE_NOT_FOUND")
        .Add("other references resolve", NewbornHearing, In("service", Sample.Id("organization"), Sample.Id("nowhere")), Warnings.ReferenceUnresolved)
        .AddR4("other references resolve", NewbornHearing, In("service", Sample.Id("organization"), Sample.Id("nowhere")), "REFERENCE_NOT_FOUND")
        .Add("responsible resolves", NewbornHearing, In("header", Sample.Ref("responsible", "organization"), Sample.Ref("responsible", "nowhere")), Warnings.ReferenceUnresolved)
        .Add("responsible may be outside", NewbornHearing, In("header", $"urn:uuid:{Sample.Id("organization")}", "https://directory.spineservices.nhs.uk/STU3/Organization/X26"))
        .Add("SNOMED check digit", NewbornHearing, In("summary", "276781000000109", "276781000000108"), Warnings.SnomedCheckDigit)
        .Add("id is there", NewbornHearing, Cut("header", "id"), Invalid, Warnings.FullUrlForm)
        .Add("id is a UUID", NewbornHearing, In("header", $"<id value=\"{Sample.Id("header")}\"/>", """<id value="message-1"/>"""), Invalid, Warnings.FullUrlForm)
        .Add("event.system", NewbornHearing, In("header", "CodeSystem/EventType-1", "CodeSystem/EventType-2"), "INVALID_CODE_SYSTEM")
        .Add("event.code known", NewbornHearing, In("header", EventCode, """<code value="pds-person-death-1"/>"""), "INVALID_CODE_VALUE")
        .Add("event.code by letter case", NewbornHearing, In("header", EventCode, """<code value="Newborn-Hearing-1"/>"""), "INVALID_CODE_VALUE")
        .Add("event is there", NewbornHearing, Cut("header", "event"), Invalid)
        .AddR4("event is there", NewbornHearing, Cut("header", "eventCoding"), Invalid)
        .AddR4("eventUri is refused", NewbornHearing, In("header", "<eventCoding>", """<eventUri value="urn:x"/><eventCoding>"""), "INVALID_ELEMENT")
        .Add("event.display is there", NewbornHearing, In("header", """<display value="Newborn Hearing"/>""", ""), Invalid)
        .Add("event.display is the published one", NewbornHearing, In("header", """<display value="Newborn Hearing"/>""", """<display value="Hearing"/>"""), Warnings.EventDisplay)
        .Add("event.userSelected", NewbornHearing, In("header", """<display value="Newborn Hearing"/>""", """<display value="Newborn Hearing"/><userSelected value="true"/>"""), Warnings.EventUserSelected)
        .Add("messageEventType is there", NewbornHearing, In("header", MessageEventTypeUrl, "Extension-Other-1"), Invalid)
        .Add("messageEventType has one coding", NewbornHearing, In("header", "</valueCodeableConcept>", "<coding/></valueCodeableConcept>"), Invalid)
        .Add("messageEventType system", NewbornHearing, In("header", "CodeSystem/MessageEventType-1", "CodeSystem/MessageEventType-2"), "INVALID_CODE_SYSTEM")
        .Add("messageEventType code", NewbornHearing, In("header", """<code value="new"/>""", """<code value="changed"/>"""), "INVALID_CODE_VALUE", Warnings.MessageEventTypeDisplay)
        .Add("update is not used in screening", NewbornHearing, In("header", """<code value="new"/><display value="New""", """<code value="update"/><display value="Update"""), "INVALID_CODE_VALUE")
        .Add("delete is not used by PDS", RecordChange, In("header", """<code value="new"/><display value="New""", """<code value="delete"/><display value="Delete"""), "INVALID_CODE_VALUE")
        .Add("messageEventType display", NewbornHearing, In("header", "New event message", "New"), Warnings.MessageEventTypeDisplay)
        .Add("messageEventType text", NewbornHearing, In("header", "</valueCodeableConcept>", """<text value="x"/></valueCodeableConcept>"""), Warnings.MessageEventTypeExtras)
        .Add("lastUpdated is there", NewbornHearing, Cut("header", "lastUpdated"), Invalid)
        .Add("lastUpdated of a birth may be absent", Birth, Cut("header", "lastUpdated"))
        .Add("lastUpdated of a record change may be absent", RecordChange, Cut("header", "lastUpdated"))
        .Add("versionId is an integer", NewbornHearing, In("header", """<versionId value="1"/>""", """<versionId value="v1"/>"""), Warnings.VersionIdNotInteger)
        .Add("timestamp is there", NewbornHearing, Cut("header", "timestamp"), Invalid)
        .AddR4("timestamp is there", NewbornHearing, Swap("""<timestamp value="2024-06-10T09:30:05+01:00"/>""", ""), Invalid)
        .Add("source is there", NewbornHearing, Cut("header", "source"), Invalid)
        .Add("source.endpoint is there", NewbornHearing, Cut("header", "endpoint"), Invalid)
        .Add("source.name", NewbornHearing, In("header", """<name value="A system"/>""", ""), Warnings.SourceNameMissing)
        .AddR4("source.name", NewbornHearing, In("header", """<name value="A system"/>""", ""), Warnings.SourceNameMissing)
        .Add("source.contact is there", NewbornHearing, Cut("header", "contact"), Invalid)
        .Add("source.contact is there once", NewbornHearing, In("header", "<contact>", "<contact/><contact>"), Invalid)
        .Add("contact.system", NewbornHearing, In("header", """<system value="phone"/>""", """<system value="url"/>"""), Invalid)
        .Add("contact.value is there", NewbornHearing, In("header", """<value value="0191 1231234"/>""", """<value value=""/>"""), Invalid)
        .Add("contact.value looks like a phone number", NewbornHearing, In("header", "0191 1231234", "ask me"), Warnings.ContactValueForm)
        .Add("contact.value looks like an e-mail address", NewbornHearing, In("header", """<system value="phone"/>""", """<system value="email"/>"""), Warnings.ContactValueForm)
        .Add("responsible has a reference", NewbornHearing, Cut("header", "responsible"), Invalid)
        .Add("focus is there", NewbornHearing, Cut("header", "focus"), Invalid)
        .Add("focus is there once", NewbornHearing, In("header", "<focus>", Sample.Ref("focus", "focus") + "<focus>"), Invalid)
        .Add("focus is of the event's type", NewbornHearing, In("header", Sample.Ref("focus", "focus"), Sample.Ref("focus", "patient")), Invalid)
        .Add("receiver", NewbornHearing, In("header", "<timestamp", Sample.Ref("receiver", "organization") + "<timestamp"), Warnings.HeaderElement)
        .Add("reason", NewbornHearing, In("header", "<focus>", "<reason/><focus>"), Warnings.HeaderElement)
        .Add("one destination", NewbornHearing, In("header", "<timestamp", """<destination><endpoint value="urn:a"/></destination><timestamp"""))
        .Add("two destinations", NewbornHearing, In("header", "<timestamp", """<destination><endpoint value="urn:a"/></destination><destination><endpoint value="urn:b"/></destination><timestamp"""), Warnings.SeveralDestinations)
        .Add("routing is there", NewbornHearing, In("header", RoutingUrl, "Extension-Other-1"), Invalid)
        .Add("routing of a birth may be absent", Birth, In("header", RoutingUrl, "Extension-Other-1"))
        .Add("routing is there once", NewbornHearing, In("header", "</extension>\n<extension url=\"https", "</extension>\n<extension url=\"https://fhir.nhs.uk/STU3/StructureDefinition/Extension-RoutingDemographics-1\"/><extension url=\"https"), Invalid)
        .Add("nhsNumber is there", NewbornHearing, In("header", Number, ""), Invalid)
        .Add("nhsNumber of a birth may be absent", Birth, In("header", Number, ""))
        .Add("nhsNumber system", NewbornHearing, In("header", "https://fhir.nhs.uk/Id/nhs-number", "http://fhir.nhs.net/Id/nhs-number"), "INVALID_IDENTIFIER_SYSTEM")
        .Add("nhsNumber check digit", NewbornHearing, message => message.Replace("9912003888", "9912003889", StringComparison.Ordinal), "INVALID_NHS_NUMBER", Warnings.PatientNumberCheckDigit)
        .Add("nhsNumber has ten digits", NewbornHearing, message => message.Replace("9912003888", "991200388", StringComparison.Ordinal), "INVALID_NHS_NUMBER", Warnings.PatientNumberCheckDigit)
        .Add("nhsNumber check digit of a birth", Birth, message => message.Replace("9912003888", "9912003889", StringComparison.Ordinal), Warnings.RoutingNumberCheckDigit, Warnings.PatientNumberCheckDigit)
        .Add("routing name is there", NewbornHearing, Cut("header", "valueHumanName"), Invalid)
        .Add("routing name of a birth may be absent", Birth, Cut("header", "valueHumanName"))
        .AddDelete("routing name may be absent", NewbornHearing, Cut("header", "valueHumanName"))
        .Add("routing name is official", NewbornHearing, In("header", "official", "usual"), Warnings.RoutingName)
        .Add("birthDateTime is there", NewbornHearing, Cut("header", "valueDateTime"), Invalid)
        .Add("birthDateTime of a birth may be absent", Birth, Cut("header", "valueDateTime"))
        .AddDelete("birthDateTime may be absent", NewbornHearing, Cut("header", "valueDateTime"))
        .AddDelete("nhsNumber is there", NewbornHearing, In("header", Number, ""), Invalid);

    public static IEnumerable<TheoryDataRow<string>> Rules => Table.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_broken_rule_of_the_envelope_is_found(string rule) => Table.Check(rule);

    private static string HeaderOf(string message)
    {
        var rest = Drop("header")(message);
        var start = message.IndexOf("<entry>", StringComparison.Ordinal);
        return message.Substring(start, message.Length - rest.Length);
    }
}
