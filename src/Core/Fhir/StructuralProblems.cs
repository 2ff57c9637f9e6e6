using System.Text.RegularExpressions;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using Hl7.Fhir.Validation;
using Nems.Core.Events;
using Nems.Core.Problems;

namespace Nems.Core.Fhir;

/// <summary>Turns the parser's findings into problems: by path and kind, never with the parser's own words, for those quote values.</summary>
internal static partial class StructuralProblems
{
    private const string Root = "Subscription";
    private const string Criteria = Root + ".criteria";
    private const string Endpoint = Root + ".channel.endpoint";
    private const string Contained = Root + ".contained[";

    internal static List<Problem> Of(IReadOnlyList<CodedException> issues, FhirRelease release)
    {
        var unknown = issues.Where(IsUnknownElement).Select(PathOf).ToHashSet(StringComparer.Ordinal);
        var problems = new List<Problem>();
        foreach (var issue in issues)
        {
            var path = PathOf(issue);
            if (IsForgiven(issue, path) || IsUnder(path, unknown) || release == FhirRelease.Stu3 && IsOfAnOlderProvenance(issue, path)) continue;
            problems.Add(ProblemOf(issue, path));
        }

        return [.. problems.Distinct()];
    }

    /// <summary>The elements directly in the resource that have a problem and cannot be read.</summary>
    internal static HashSet<string> Elements(IEnumerable<Problem> problems) =>
        [.. problems.Select(problem => problem.Location!.Split('.', '[')).Where(parts => parts.Length > 1).Select(parts => parts[1])];

    private static Problem ProblemOf(CodedException issue, string path)
    {
        if (path == Criteria && issue.ErrorCode != CodedValidationException.MANDATORY_ELEMENT_MUST_BE_PRESENT_CODE)
            return new Problem(SpineCode.InvalidParameter, "The criteria are not one string, or have white space around them.", path);
        if (!IsUnknownElement(issue)) return new Problem(SpineCode.InvalidResource, WordsFor(issue.ErrorCode), path);
        if (path == Root + ".tag" || path.StartsWith(Root + ".tag[", StringComparison.Ordinal))
            return new Problem(SpineCode.InvalidElement, "The element tag may not be sent; a tag is a component of the criteria.", Root + ".tag");
        return new Problem(SpineCode.InvalidResource, "There is an element that is not defined here.", ParentOf(path));
    }

    private static string WordsFor(string code) => code switch
    {
        CodedValidationException.MANDATORY_ELEMENT_MUST_BE_PRESENT_CODE => "A required element is missing.",
        CodedValidationException.INCORRECT_CARDINALITY_MAX_CODE => "The element stands more often than it may.",
        CodedValidationException.INVALID_CODED_VALUE_CODE => "The code is not one of those allowed here.",
        _ => "The element does not have the form that FHIR prescribes.",
    };

    private static bool IsUnknownElement(CodedException issue) => issue.ErrorCode == CodedValidationException.UNKNOWN_ELEMENT_CODE;

    // The parser of XML drops white space around a value; that is a fault only where every character counts.
    private static bool IsForgiven(CodedException issue, string path) =>
        issue.ErrorCode == FhirXmlException.STRING_SHOULD_NOT_HAVE_LEADING_OR_TRAILING_WHITESPACE && path is not (Criteria or Endpoint);

    private static bool IsUnder(string path, HashSet<string> unknown)
    {
        for (var parent = ParentOf(path); parent != Root; parent = ParentOf(parent))
        {
            if (unknown.Contains(parent)) return true;
        }

        return false;
    }

    // The classes are those of R4; a Provenance of STU3 has other names for some elements. They are kept and written back as they are.
    private static bool IsOfAnOlderProvenance(CodedException issue, string path) =>
        path.StartsWith(Contained, StringComparison.Ordinal)
        && (IsUnknownElement(issue) || issue.ErrorCode == CodedValidationException.MANDATORY_ELEMENT_MUST_BE_PRESENT_CODE);

    // A path of plain names: one that is anything else might carry text of the sender.
    private static string PathOf(CodedException issue) =>
        issue is ExtendedCodedException { InstancePath: { } path } && PlainPath().IsMatch(path) ? path : Root;

    private static string ParentOf(string path) => path.LastIndexOf('.') is var dot and > 0 ? path[..dot] : Root;

    [GeneratedRegex(@"^Subscription(\.[A-Za-z]+(\[[0-9]+\])?)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();
}
