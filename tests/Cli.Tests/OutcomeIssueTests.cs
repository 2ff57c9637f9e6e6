using Nems.Cli.Calls;

namespace Nems.Cli.Tests;

public sealed class OutcomeIssueTests
{
    [Fact]
    public void Issues_are_read_alike_from_xml_and_from_json()
    {
        const string Xml = """
            <OperationOutcome xmlns="http://hl7.org/fhir"><issue><severity value="error"/><code value="invalid"/>
            <details><coding><code value="INVALID_RESOURCE"/></coding></details><diagnostics value="why"/><location value="Bundle.entry[0]"/></issue></OperationOutcome>
            """;
        const string Json = """
            {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid","details":{"coding":[{"code":"INVALID_RESOURCE"}]},"diagnostics":"why","expression":["Bundle.entry[0]"]}]}
            """;
        OutcomeIssue[] expected = [new("error", "INVALID_RESOURCE", "why", "Bundle.entry[0]")];

        Assert.Equal(expected, OutcomeIssue.ReadAll(Xml));
        Assert.Equal(expected, OutcomeIssue.ReadAll(Json));
    }

    [Theory]
    [InlineData("")]
    [InlineData("upstream error")]
    [InlineData("<html>")]
    [InlineData("<html/>")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"resourceType":"OperationOutcome","issue":7}""")]
    [InlineData("""{"resourceType":"OperationOutcome","issue":[7]}""")]
    public void An_answer_that_is_no_outcome_has_no_issues(string text)
    {
        Assert.Empty(OutcomeIssue.ReadAll(text));
    }
}
