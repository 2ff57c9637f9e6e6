using System.Text;

namespace Nems.Core.Tests.Fhir;

/// <summary>A valid STU3 create request in XML, with its parts open to change.</summary>
internal sealed record ASubscription
{
    internal static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    internal const string Explicit =
        "/Bundle?type=message&Patient.identifier=https://fhir.nhs.uk/Id/nhs-number|9434765919&MessageHeader.event=pds-change-of-address-1";

    internal const string Generic =
        "/Bundle?type=message&subscriptionRuleType=CHO_POSTCODE_CCG&Organization.identifier=X2458&MessageHeader.event=vaccinations-1";

    internal string Before { get; init; } = "";

    internal string Status { get; init; } = """<status value="requested"/>""";

    internal string Contact { get; init; } = ContactOf("RR8");

    internal string End { get; init; } = "";

    internal string Reason { get; init; } = """<reason value="Care of this child"/>""";

    internal string Criteria { get; init; } = Explicit;

    internal string Error { get; init; } = "";

    internal string Channel { get; init; } = """<type value="message"/><endpoint value="RR8OT001"/>""";

    internal string After { get; init; } = "";

    internal static string ContactOf(string ods) =>
        $"""<contact><system value="url"/><value value="https://directory.spineservices.nhs.uk/STU3/Organization/{ods}"/><use value="work"/></contact>""";

    internal static ASubscription Webhook(string endpoint = "https://hooks.rr8.example/in", params string[] headers) => new()
    {
        Channel = $"""<type value="rest-hook"/><endpoint value="{endpoint}"/>""" + string.Concat(headers.Select(header => $"""<header value="{header}"/>""")),
    };

    internal byte[] Xml => Encoding.UTF8.GetBytes(
        $"""<Subscription xmlns="http://hl7.org/fhir">{Before}{Status}{Contact}{End}{Reason}<criteria value="{Criteria.Replace("&", "&amp;", StringComparison.Ordinal)}"/>{Error}<channel>{Channel}</channel>{After}</Subscription>""");
}
