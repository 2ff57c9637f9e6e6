using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Tests.Fhir;

public sealed class OutcomeWriterTests
{
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";
    private static readonly Guid Id = Guid.Parse("8c1d7b9e-4c3a-4d57-a7b5-5a4a2f8b1a11");

    [Fact]
    public void An_STU3_outcome_is_of_the_Spine_profile_with_a_location_and_no_expression()
    {
        var bytes = OutcomeWriter.Write([new Problem(SpineCode.InvalidResource, "What & why", "Bundle.entry[0].resource.event")], new(FhirRelease.Stu3, FhirFormat.Xml), Id);

        var xml = XDocument.Parse(Encoding.UTF8.GetString(bytes)).Root!;
        var issue = Assert.Single(xml.Elements(Fhir + "issue"));
        var coding = Assert.Single(issue.Element(Fhir + "details")!.Elements(Fhir + "coding"));
        Assert.Equal("8c1d7b9e-4c3a-4d57-a7b5-5a4a2f8b1a11", Value(xml, "id"));
        Assert.Equal("https://fhir.nhs.uk/STU3/StructureDefinition/Spine-OperationOutcome-1", Value(xml.Element(Fhir + "meta")!, "profile"));
        Assert.Equal("error", Value(issue, "severity"));
        Assert.Equal("invalid", Value(issue, "code"));
        Assert.Equal("https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1", Value(coding, "system"));
        Assert.Equal("INVALID_RESOURCE", Value(coding, "code"));
        Assert.Equal("Invalid validation of resource", Value(coding, "display"));
        Assert.Equal("What & why", Value(issue, "diagnostics"));
        Assert.Equal("/f:Bundle/f:entry[1]/f:resource/*/f:event", Value(issue, "location"));
        Assert.Null(issue.Element(Fhir + "expression"));
    }

    [Fact]
    public void An_R4_outcome_has_an_expression_and_claims_no_profile()
    {
        var bytes = OutcomeWriter.Write([new Problem(SpineCode.InvalidResource, "x", "Bundle.type")], new(FhirRelease.R4, FhirFormat.Json), Id);

        using var json = JsonDocument.Parse(bytes);
        var issue = json.RootElement.GetProperty("issue")[0];
        Assert.False(json.RootElement.TryGetProperty("meta", out _));
        Assert.Equal("Bundle.type", issue.GetProperty("expression")[0].GetString());
        Assert.False(issue.TryGetProperty("location", out _));
    }

    [Fact]
    public void Each_problem_is_an_issue_in_the_order_given()
    {
        Problem[] problems = [new(SpineCode.TryAgainLater, "a"), new(SpineCode.Deprecated, "b"), new(SpineCode.NoLongerSupportedForSubscription, "c"), new(SpineCode.TooLarge, "d")];

        using var json = JsonDocument.Parse(OutcomeWriter.Write(problems, new(FhirRelease.Stu3, FhirFormat.Json), Id));

        var issues = json.RootElement.GetProperty("issue").EnumerateArray().Select(issue =>
            $"{issue.GetProperty("severity").GetString()} {issue.GetProperty("code").GetString()} {issue.GetProperty("diagnostics").GetString()}");
        Assert.Equal(["error transient a", "information informational b", "fatal not-supported c", "error too-long d"], issues);
    }

    [Theory]
    [InlineData("Subscription", "/f:Subscription")]
    [InlineData("Subscription.contact[0].value", "/f:Subscription/f:contact[1]/f:value")]
    [InlineData("Bundle.entry[12].resource", "/f:Bundle/f:entry[13]/f:resource")]
    [InlineData("Bundle.entry.where(a='b').resource", "/f:Bundle/f:entry")]
    [InlineData("where(x)", "")]
    public void A_FHIRPath_becomes_the_XPath_of_its_plain_beginning(string expression, string path) => Assert.Equal(path, OutcomeWriter.XPathOf(expression));

    [Fact]
    public void Every_code_can_be_written()
    {
        var codes = typeof(SpineCode).GetFields().Where(field => field.FieldType == typeof(SpineCode)).Select(field => (SpineCode)field.GetValue(null)!).ToList();

        using var json = JsonDocument.Parse(OutcomeWriter.Write([.. codes.Select(code => new Problem(code, "x"))], new(FhirRelease.Stu3, FhirFormat.Json), Id));

        Assert.Equal(codes.Count, json.RootElement.GetProperty("issue").GetArrayLength());
        Assert.All(json.RootElement.GetProperty("issue").EnumerateArray(), issue => Assert.NotEqual("", issue.GetProperty("code").GetString()));
    }

    private static string? Value(XElement parent, string name) => parent.Element(Fhir + name)?.Attribute("value")?.Value;
}
