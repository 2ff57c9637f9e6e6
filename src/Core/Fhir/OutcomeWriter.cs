using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;
using Nems.Core.Events;
using Nems.Core.Problems;

namespace Nems.Core.Fhir;

/// <summary>Problems → OperationOutcome: of the Spine profile for STU3, with FHIRPath expressions for R4. One issue each, in the order given.</summary>
public static partial class OutcomeWriter
{
    private const string Profile = "https://fhir.nhs.uk/STU3/StructureDefinition/Spine-OperationOutcome-1";

    public static byte[] Write(IReadOnlyList<Problem> problems, FhirForm form, Guid id)
    {
        var outcome = new OperationOutcome { Id = id.ToString("D") };
        if (form.Release == FhirRelease.Stu3) outcome.Meta = new Meta { Profile = [Profile] };
        foreach (var problem in problems) outcome.Issue.Add(IssueOf(problem, form.Release));
        return FhirSyntax.Write(outcome, form.Format);
    }

    /// <summary>
    /// The XPath of a plain FHIRPath: <c>Bundle.entry[0].resource.event</c> is <c>/f:Bundle/f:entry[1]/f:resource/*/f:event</c>.
    /// What follows a function is left out.
    /// </summary>
    internal static string XPathOf(string location)
    {
        var path = new StringBuilder();
        var holdsResource = false;
        foreach (var segment in location.Split('.'))
        {
            if (PlainSegment().Match(segment) is not { Success: true } match) break;
            if (holdsResource) path.Append("/*");
            path.Append("/f:").Append(match.Groups["name"].Value);
            if (match.Groups["index"] is { Success: true } index)
                path.Append(CultureInfo.InvariantCulture, $"[{int.Parse(index.Value, CultureInfo.InvariantCulture) + 1}]");
            holdsResource = match.Groups["name"].Value is "resource" or "contained";
        }

        return path.ToString();
    }

    private static OperationOutcome.IssueComponent IssueOf(Problem problem, FhirRelease release)
    {
        var issue = new OperationOutcome.IssueComponent
        {
            Severity = EnumUtility.ParseLiteral<OperationOutcome.IssueSeverity>(problem.Code.Severity),
            Code = EnumUtility.ParseLiteral<OperationOutcome.IssueType>(problem.Code.IssueType),
            Details = new CodeableConcept { Coding = [new Coding(SpineCode.System, problem.Code.Code, problem.Code.Display)] },
            Diagnostics = problem.Diagnostics,
        };
        if (problem.Location is null) return issue;
        if (release == FhirRelease.R4) issue.Expression = [problem.Location];
        else if (XPathOf(problem.Location) is { Length: > 0 } path) issue.Location = [path];
        return issue;
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z]+)(\[(?<index>[0-9]{1,8})\])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PlainSegment();
}
