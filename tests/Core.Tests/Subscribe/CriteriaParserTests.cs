using Nems.Core.Events;
using Nems.Core.Subscribe;

namespace Nems.Core.Tests.Subscribe;

public sealed class CriteriaParserTests
{
    private const string Patient = "&Patient.identifier=https://fhir.nhs.uk/Id/nhs-number|9434765919";
    private const string OlderPatient = "&Patient.identifier=http://fhir.nhs.net/Id/nhs-number|9434765919";
    private const string Event = "&MessageHeader.event=pds-change-of-address-1";
    private const string Rule = "&subscriptionRuleType=GP_GP_GP&Organization.identifier=B86056";

    [Theory]
    [InlineData(Patient + Event)]
    [InlineData(OlderPatient + Event)]
    [InlineData(Event + Patient)]
    [InlineData("&serviceType=UHV" + Patient + Event)]
    [InlineData(Patient + Event + "&MessageHeader.event=vaccinations-1")]
    [InlineData(Patient + Event + Event)]
    [InlineData(Patient + Event + "&Patient.age=14")]
    [InlineData(Patient + Event + "&Patient.age=lt0&Patient.age=gt150")]
    [InlineData(Patient + Event + "&Patient.age=lt5&Patient.age=lt19")]
    [InlineData(Patient + Event + "&Patient.age=gt19&Patient.age=lt5")]
    [InlineData(Patient + Event + "&tag=a-Z_9|x,y")]
    [InlineData("&Patient.identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C9434765919" + Event)]
    [InlineData("&Patient%2Eidentifier=http://fhir.nhs.net/Id/nhs-number%7c9434765919" + Event)]
    [InlineData(Rule + Event)]
    [InlineData("&MessageHeader.event=vaccinations-1&Organization.identifier=x2458&subscriptionRuleType=CHO_GP_CCG")]
    [InlineData("&subscriptionRuleType=CHO_POSTCODE_CCG&Organization.identifier=X2458" + Event)]
    [InlineData("&subscriptionRuleType=UHV_POSTCODE_LACODE&Organization.identifier=E08000035" + Event)]
    [InlineData("&subscriptionRuleType=COUNTRYCODE&Organization.identifier=E92000001" + Event + "&GPRegistration=RegisteredOnly")]
    [InlineData(Rule + Event + "&GPRegistration=UnregisteredOnly")]
    public void Criteria_of_the_grammar_are_accepted(string components)
    {
        var reading = CriteriaParser.Parse("/Bundle?type=message" + components);

        Assert.Empty(reading.Problems);
        Assert.NotNull(reading.Criteria);
    }

    [Theory]
    [InlineData("", "INVALID_PARAMETER")]
    [InlineData("/Bundle", "INVALID_PARAMETER")]
    [InlineData("Bundle?type=message" + Patient + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=Message" + Patient + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?serviceType=GP&type=message" + Patient + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&type=message" + Patient + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Rule + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + "&Organization.identifier=B86056" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Patient + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Rule + Event + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Rule + Event + "&MessageHeader.event=vaccinations-1", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&subscriptionRuleType=GP_GP_GP" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&subscriptionRuleType=COUNTRYCODE" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&Organization.identifier=B86056" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&subscriptionRuleType=HSS&Organization.identifier=E92000001" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&subscriptionRuleType=gp_gp_gp&Organization.identifier=B86056" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&subscriptionRuleType=COUNTRYCODE&Organization.identifier=X99999999" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&subscriptionRuleType=GP_GP_GP&Organization.identifier=9990000018" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&subscriptionRuleType=GP_GP_GP&Organization.identifier=B86-56" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&subscriptionRuleType=GP_GP_GP&Organization.identifier=123456789012345678901" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&serviceType=gp", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&serviceType=GP&serviceType=GP", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&serviceType=", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&Patient.age=", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&Patient.age=lt", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&Patient.age=ge5", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&Patient.age=151", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&Patient.age=0005", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&Patient.age=-1", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&Patient.age=1&Patient.age=2&Patient.age=3", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&GPRegistration=Registered", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&tag=", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&tag=a~b", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&tag=a+b", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&tag=a%2", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&tag=a%FF", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&tag=%2541", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&colour=blue", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&ServiceType=GP", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + "&", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&&" + Patient + Event, "INVALID_PARAMETER")]
    [InlineData(" /Bundle?type=message" + Patient + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message" + Patient + Event + " ", "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&Patient.identifier=http://fhir.nhs.net/Id/nhs-number |9434765919" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&Patient.identifier=9434765919" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&Patient.identifier=https://other|9434765919" + Event, "INVALID_PARAMETER")]
    [InlineData("/Bundle?type=message&Patient.identifier=https://fhir.nhs.uk/Id/nhs-number|9434765918" + Event, "INVALID_NHS_NUMBER")]
    [InlineData("/Bundle?type=message&Patient.identifier=https://fhir.nhs.uk/Id/nhs-number|943476591" + Event, "INVALID_NHS_NUMBER")]
    [InlineData("/Bundle?type=message&Patient.identifier=https://fhir.nhs.uk/Id/nhs-number|" + Event, "INVALID_NHS_NUMBER")]
    [InlineData("/Bundle?type=message" + Patient + "&MessageHeader.event=pds-person-death-1", "INVALID_CODE_VALUE")]
    [InlineData("/Bundle?type=message" + Patient + "&MessageHeader.event=Vaccinations-1", "INVALID_CODE_VALUE")]
    [InlineData("/Bundle?type=message" + Patient + "&MessageHeader.event=", "INVALID_PARAMETER")]
    public void Criteria_outside_the_grammar_are_refused_with_the_code_of_the_fault(string criteria, string code)
    {
        var reading = CriteriaParser.Parse(criteria);

        Assert.Null(reading.Criteria);
        Assert.Equal([code], reading.Problems.Select(problem => problem.Code.Code).Distinct());
        Assert.All(reading.Problems, problem => Assert.Equal("Subscription.criteria", problem.Location));
    }

    [Fact]
    public void A_tag_of_101_characters_is_refused_and_one_of_100_is_not()
    {
        var start = "/Bundle?type=message" + Patient + Event + "&tag=";

        Assert.Empty(CriteriaParser.Parse(start + new string('a', 100)).Problems);
        Assert.Single(CriteriaParser.Parse(start + new string('a', 101)).Problems);
    }

    [Fact]
    public void A_string_over_the_limit_is_refused_unread()
    {
        var problem = Assert.Single(CriteriaParser.Parse("/Bundle?type=message" + Patient + Event + new string('&', 4_000)).Problems);

        Assert.Equal("INVALID_PARAMETER", problem.Code.Code);
    }

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        var reading = CriteriaParser.Parse(
            "/Bundle?type=message&serviceType=X&Patient.identifier=https://fhir.nhs.uk/Id/nhs-number|1234567890&MessageHeader.event=nothing&tag=~");

        Assert.Equal(
            ["INVALID_CODE_VALUE", "INVALID_NHS_NUMBER", "INVALID_PARAMETER", "INVALID_PARAMETER"],
            reading.Problems.Select(problem => problem.Code.Code).Order());
    }

    [Fact]
    public void The_parsed_form_says_what_the_string_says()
    {
        var criteria = CriteriaParser.Parse(
            "/Bundle?type=message&tag=t%7C1&Patient.age=gt5&Patient.age=lt19&MessageHeader.event=vaccinations-1&MessageHeader.event=newborn-hearing-1"
            + "&MessageHeader.event=vaccinations-1&GPRegistration=RegisteredOnly&serviceType=EPCHR" + OlderPatient).Criteria;

        Assert.NotNull(criteria);
        Assert.True(criteria.IsExplicit);
        Assert.Equal("9434765919", criteria.NhsNumber?.Value);
        Assert.Equal([EventType.Vaccinations, EventType.NewbornHearing], criteria.Events);
        Assert.Equal([new AgeFilter(AgeComparator.GreaterThan, 5), new AgeFilter(AgeComparator.LessThan, 19)], criteria.Ages);
        Assert.Equal(GpRegistration.RegisteredOnly, criteria.GpRegistration);
        Assert.Equal("EPCHR", criteria.ServiceType);
        Assert.Equal("t|1", criteria.Tag);
    }

    [Fact]
    public void An_organisation_code_is_kept_in_upper_case()
    {
        var criteria = CriteriaParser.Parse("/Bundle?type=message&subscriptionRuleType=CHO_GP_CCG&Organization.identifier=x2458" + Event).Criteria;

        Assert.Equal("X2458", criteria?.Organisation);
        Assert.Equal(SubscriptionRule.PracticeSubLocation, criteria?.Rule);
        Assert.False(criteria?.IsExplicit);
    }

    [Fact]
    public void No_problem_and_no_ToString_quotes_the_criteria()
    {
        var refused = CriteriaParser.Parse("/Bundle?type=message&9434765919=9434765919&Patient.identifier=9434765919|9434765919&tag=9434765919~&serviceType=9434765919");
        var accepted = CriteriaParser.Parse("/Bundle?type=message" + Patient + Event);

        Assert.All(refused.Problems, problem => Assert.DoesNotContain("9434765919", problem.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain("9434765919", accepted.ToString(), StringComparison.Ordinal);
    }
}
