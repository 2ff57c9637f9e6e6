using System.Buffers;
using System.Globalization;
using Nems.Core.Events;
using Nems.Core.Problems;

namespace Nems.Core.Subscribe;

/// <summary>Gathers the components of one criteria string and the problems found in them; then judges the whole.</summary>
internal sealed class CriteriaDraft
{
    internal const string Location = "Subscription.criteria";

    private static readonly SearchValues<char> TagCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_|,");

    private static readonly string[] Countries = ["E92000001", "W92000004", "S92000003", "N92000002", "L93000001", "M83000003"];

    private readonly List<Problem> problems = [];
    private readonly List<EventType> events = [];
    private readonly List<AgeFilter> ages = [];
    private int eventsGiven;
    private int agesGiven;
    private bool serviceTypeGiven;
    private bool patientGiven;
    private bool ruleGiven;
    private bool organisationGiven;
    private bool registrationGiven;
    private bool tagGiven;
    private string? serviceType;
    private NhsNumber? patient;
    private SubscriptionRule? rule;
    private string? organisation;
    private GpRegistration registration;
    private string? tag;

    internal void Refuse(string diagnostics) => problems.Add(new Problem(SpineCode.InvalidParameter, diagnostics, Location));

    internal void Add(string name, string value, int number)
    {
        switch (name)
        {
            case "serviceType" when Once(ref serviceTypeGiven, name): ServiceType(value); break;
            case "Patient.identifier" when Once(ref patientGiven, name): Patient(value); break;
            case "subscriptionRuleType" when Once(ref ruleGiven, name): Rule(value); break;
            case "Organization.identifier" when Once(ref organisationGiven, name): Organisation(value); break;
            case "GPRegistration" when Once(ref registrationGiven, name): Registration(value); break;
            case "tag" when Once(ref tagGiven, name): Tag(value); break;
            case "MessageHeader.event": Event(value); break;
            case "Patient.age": Age(value); break;
            case "type": Refuse("type stands more than once in the criteria."); break;
            case "serviceType" or "Patient.identifier" or "subscriptionRuleType" or "Organization.identifier" or "GPRegistration" or "tag": break;
            default: Refuse($"Parameter {number.ToString(CultureInfo.InvariantCulture)} of the criteria has an unknown name."); break;
        }
    }

    internal CriteriaReading Finish()
    {
        JudgeFamily();
        if (eventsGiven == 0) Refuse("The criteria need at least one MessageHeader.event.");
        if (agesGiven > 2) Refuse("The criteria may hold at most two Patient.age.");
        if (rule == SubscriptionRule.HomeCountry && organisation is not null && !Countries.Contains(organisation, StringComparer.Ordinal))
            Refuse("Organization.identifier must be one of the six country codes when the rule is COUNTRYCODE.");

        if (problems.Count > 0) return new CriteriaReading(null, problems);
        return new CriteriaReading(
            new Criteria
            {
                ServiceType = serviceType,
                NhsNumber = patient,
                Rule = rule,
                Organisation = organisation,
                Events = events,
                Ages = ages,
                GpRegistration = registration,
                Tag = tag,
            },
            []);
    }

    private void JudgeFamily()
    {
        if (patientGiven == ruleGiven)
        {
            Refuse(patientGiven
                ? "The criteria hold both Patient.identifier and subscriptionRuleType; exactly one of them is needed."
                : "The criteria hold neither Patient.identifier nor subscriptionRuleType; exactly one of them is needed.");
        }
        else if (patientGiven && organisationGiven)
        {
            Refuse("Organization.identifier does not go with Patient.identifier.");
        }
        else if (ruleGiven)
        {
            if (!organisationGiven) Refuse("subscriptionRuleType needs Organization.identifier.");
            if (eventsGiven > 1) Refuse("A generic subscription takes exactly one MessageHeader.event.");
        }
    }

    private bool Once(ref bool given, string name)
    {
        if (given) Refuse($"{name} stands more than once in the criteria.");
        var first = !given;
        given = true;
        return first;
    }

    private void ServiceType(string value)
    {
        if (value is "GP" or "CHO" or "UHV" or "EPCHR") serviceType = value;
        else Refuse("serviceType must be GP, CHO, UHV or EPCHR.");
    }

    private void Patient(string value)
    {
        var bar = value.LastIndexOf('|');
        if (bar < 0 || value.Any(char.IsWhiteSpace) || value[..bar] is not (NhsNumber.System or NhsNumber.OlderSystem))
            Refuse("Patient.identifier must be the NHS number system, a | and the NHS number, without white space.");
        else if (!NhsNumber.TryParse(value[(bar + 1)..], out patient))
            problems.Add(new Problem(SpineCode.InvalidNhsNumber, "The NHS number of Patient.identifier is not ten digits that pass Modulus 11.", Location));
    }

    private void Event(string value)
    {
        eventsGiven++;
        if (value.Length == 0 || value.Any(char.IsWhiteSpace))
            Refuse("MessageHeader.event must be an event code without white space.");
        else if (!EventType.TryParse(value, out var type))
            problems.Add(new Problem(SpineCode.InvalidCodeValue, "MessageHeader.event is not one of the supported event codes.", Location));
        else if (!events.Contains(type))
            events.Add(type);
    }

    private void Age(string value)
    {
        agesGiven++;
        var comparator = value.StartsWith("lt", StringComparison.Ordinal) ? AgeComparator.LessThan
            : value.StartsWith("gt", StringComparison.Ordinal) ? AgeComparator.GreaterThan
            : AgeComparator.Exactly;
        var digits = comparator == AgeComparator.Exactly ? value : value[2..];
        if (digits.Length is >= 1 and <= 3 && digits.All(char.IsAsciiDigit) && int.Parse(digits, CultureInfo.InvariantCulture) is var years and <= 150)
            ages.Add(new AgeFilter(comparator, years));
        else
            Refuse("Patient.age must be whole years from 0 to 150, with lt or gt before it or nothing.");
    }

    private void Registration(string value)
    {
        if (value == "RegisteredOnly") registration = GpRegistration.RegisteredOnly;
        else if (value == "UnregisteredOnly") registration = GpRegistration.UnregisteredOnly;
        else Refuse("GPRegistration must be RegisteredOnly or UnregisteredOnly.");
    }

    private void Rule(string value)
    {
        rule = value switch
        {
            "GP_GP_GP" => SubscriptionRule.Practice,
            "CHO_GP_CCG" => SubscriptionRule.PracticeSubLocation,
            "CHO_POSTCODE_CCG" => SubscriptionRule.HomeSubLocation,
            "UHV_POSTCODE_LACODE" => SubscriptionRule.HomeLocalAuthority,
            "COUNTRYCODE" => SubscriptionRule.HomeCountry,
            _ => null,
        };
        if (rule is null) Refuse("subscriptionRuleType must be GP_GP_GP, CHO_GP_CCG, CHO_POSTCODE_CCG, UHV_POSTCODE_LACODE or COUNTRYCODE.");
    }

    private void Organisation(string value)
    {
        // The code becomes a key that operators may see.
        if (NhsNumber.TryParse(value, out _)) Refuse("Organization.identifier must be the code of an organisation or area, not an NHS number.");
        else if (value.Length is >= 1 and <= 20 && value.All(char.IsAsciiLetterOrDigit)) organisation = value.ToUpperInvariant();
        else Refuse("Organization.identifier must be 1 to 20 letters and digits.");
    }

    private void Tag(string value)
    {
        if (value.Length is >= 1 and <= 100 && !value.AsSpan().ContainsAnyExcept(TagCharacters)) tag = value;
        else Refuse("tag must be 1 to 100 letters, digits and the characters - _ | and comma.");
    }
}
