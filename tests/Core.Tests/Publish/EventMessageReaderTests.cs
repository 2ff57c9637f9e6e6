using System.Text;
using System.Text.RegularExpressions;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;
using Nems.Core.Publish.Rules;
using Nems.Core.Tests.Messages;

namespace Nems.Core.Tests.Publish;

public sealed class EventMessageReaderTests
{
    private const string Canary = "Canary7391";
    private static readonly FhirForm Stu3 = new(FhirRelease.Stu3, FhirFormat.Xml);
    private static readonly EventMessageReader Reader = new();

    public static IEnumerable<TheoryDataRow<string>> Codes => EventType.All.Select(type => new TheoryDataRow<string>(type.Code));

    [Fact]
    public void The_InteractionID_must_be_that_of_the_event()
    {
        var reading = Read(Sample.Of(EventType.Nipe), EventType.NewbornHearing.InteractionId);

        Assert.Equal([SpineCode.MissingOrInvalidHeader], reading.Problems.Select(problem => problem.Code));
        Assert.Null(reading.Problems[0].Location);
        Assert.Same(EventType.Nipe, reading.Type);
    }

    [Fact]
    public void An_InteractionID_in_other_letter_case_is_counted()
    {
        var reading = Read(Sample.Of(EventType.Nipe), EventType.Nipe.InteractionId.ToUpperInvariant());

        Assert.Equal([Warnings.InteractionIdLetterCase], reading.Warnings);
        Assert.NotNull(reading.Message);
    }

    [Fact]
    public void All_problems_are_told_at_once_each_with_its_place()
    {
        var broken = Sample.Of(EventType.NewbornHearing)
            .Replace("""<type value="message"/>""", "", StringComparison.Ordinal)
            .Replace("<endpoint value=\"urn:nhs:addressing:asid:300000000161\"/>", "", StringComparison.Ordinal)
            .Replace("<value value=\"9912003888\"/></valueIdentifier>", "<value value=\"1234567890\"/></valueIdentifier>", StringComparison.Ordinal);

        var reading = Read(broken, "urn:something:else");

        Assert.Equal(
            [
                "INVALID_RESOURCE Bundle.type",
                "MISSING_OR_INVALID_HEADER ",
                "INVALID_RESOURCE Bundle.entry[0].resource.source.endpoint",
                "INVALID_NHS_NUMBER Bundle.entry[0].resource.extension[0].extension[0].valueIdentifier.value",
                "INVALID_RESOURCE Bundle.entry[3].resource.identifier[0].value",
            ],
            reading.Problems.Select(problem => $"{problem.Code.Code} {problem.Location}"));
        Assert.Equal(400, Problem.StatusOf(reading.Problems));
    }

    [Fact]
    public void Of_an_unknown_event_only_the_envelope_is_checked()
    {
        var reading = Read(Change.Drop("patient")(Sample.Of(EventType.Vaccinations)).Replace("vaccinations-1", "vaccinations-2", StringComparison.Ordinal)
            .Replace("0191 1231234", "", StringComparison.Ordinal), "any");

        Assert.Null(reading.Type);
        Assert.Equal(["INVALID_CODE_VALUE", "INVALID_RESOURCE"], reading.Problems.Select(problem => problem.Code.Code));
    }

    [Fact]
    public void The_names_of_the_first_version_are_refused_with_advice()
    {
        var legacy = Sample.Of(EventType.Nipe).Replace("Extension-MessageEventType-1", "Extension-EMS-MessageEventType-1", StringComparison.Ordinal)
            .Replace("CodeSystem/EventType-1", "CodeSystem/EMS-EventType-1", StringComparison.Ordinal).Replace("nipe-outcome-1", "PDS002", StringComparison.Ordinal);

        var problems = Read(legacy, null).Problems;

        Assert.Equal(["INVALID_CODE_SYSTEM", "INVALID_CODE_VALUE", "INVALID_RESOURCE"], problems.Select(problem => problem.Code.Code));
        Assert.Equal(2, problems.Count(problem => problem.Diagnostics.Contains("EMS names of the first version", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_mothers_number_without_check_digit_is_no_routing_number()
    {
        var reading = Read(Sample.Of(EventType.Birth).Replace(Sample.Number, "1112223330", StringComparison.Ordinal), null);

        Assert.NotNull(reading.Message);
        Assert.Null(reading.Message.Routing.NhsNumber);
        Assert.Contains(Warnings.RoutingNumberCheckDigit, reading.Warnings);
    }

    [Theory]
    [InlineData("https://directory.spineservices.nhs.uk/STU3/Organization/c12345", "C12345")]
    [InlineData("https://directory.spineservices.nhs.uk/STU3/Organization/", null)]
    [InlineData("https://directory.spineservices.nhs.uk/STU3/Organization/C1%2045", null)]
    [InlineData("https://elsewhere.example/STU3/Organization/C12345", null)]
    [InlineData("https://directory.spineservices.nhs.uk/STU3/Organization/RDR", "RDR")]
    [InlineData("https://directory.spineservices.nhs.uk/STU3/Organization/9990000018", null)]
    [InlineData("https://directory.spineservices.nhs.uk/STU3/Organization/Trembath", null)]
    public void The_practice_is_read_from_the_address_of_the_directory_alone(string address, string? code)
    {
        var message = Change.In("patient", $"urn:uuid:{Sample.Id("current")}", address)(Sample.Of(EventType.ChangeOfGp));

        Assert.Equal(code, Read(message, null).Message?.Routing.PracticeCode);
    }

    [Fact]
    public void Without_lastUpdated_the_event_happened_when_it_was_sent()
    {
        var message = Change.Cut("header", "lastUpdated")(Sample.Of(EventType.RecordChange)).Replace("2024-06-10T09:30:05+01:00", "2024-07-01T09:30:05+01:00", StringComparison.Ordinal);

        Assert.Equal(new DateOnly(2024, 7, 1), Read(message, null).Message?.OccurredOn);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void No_problem_or_warning_quotes_a_value(string code)
    {
        Assert.True(EventType.TryParse(code, out var type));
        foreach (var release in new[] { FhirRelease.Stu3, FhirRelease.R4 })
        {
            var valid = Sample.Of(type, release);
            var attributes = Regex.Matches(valid, "(?:value|url)=\"([^\"]+)\"").Select(match => match.Groups[1]).ToList();

            // One value at a time, then all at once, so that every rule meets a value that it must not tell.
            var broken = attributes.Select(value => valid.Remove(value.Index, value.Length).Insert(value.Index, Canary + value.Index))
                .Append(Regex.Replace(valid, "value=\"[^\"]+\"", $"value=\"{Canary}\""))
                .Append(Regex.Replace(valid, "<(/?)gender", $"<$1{Canary}"));
            foreach (var message in broken)
            {
                foreach (var (body, format) in new[] { (message, FhirFormat.Xml), (JsonForm.Of(message), FhirFormat.Json) })
                {
                    var reading = Reader.Read(Encoding.UTF8.GetBytes(body), new FhirForm(release, format), Canary);
                    Assert.DoesNotContain(Canary, string.Concat(reading.Problems), StringComparison.OrdinalIgnoreCase);
                    Assert.DoesNotContain(Canary, string.Concat(reading.Warnings), StringComparison.OrdinalIgnoreCase);
                    Assert.DoesNotContain("HARTLEY", string.Concat(reading.Problems), StringComparison.Ordinal);
                    Assert.DoesNotContain(Sample.Number, string.Concat(reading.Problems) + reading.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    private static EventReading Read(string message, string? interactionId) => Reader.Read(Encoding.UTF8.GetBytes(message), Stu3, interactionId);
}
