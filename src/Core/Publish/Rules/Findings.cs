using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>What the rules found in one message: problems refuse it, warnings are only counted. Neither quotes a value.</summary>
internal sealed class Findings
{
    /// <summary>Enough for anybody to mend; a hostile body could otherwise earn an answer larger than itself.</summary>
    public const int MaxProblems = 200;

    private List<Problem>? problems;
    private List<string>? warnings;

    public IReadOnlyList<Problem> Problems => problems ?? (IReadOnlyList<Problem>)[];

    /// <summary>Names of <see cref="Warnings"/>, each once, in the order found.</summary>
    public IReadOnlyList<string> Warned => warnings ?? (IReadOnlyList<string>)[];

    public void Refuse(SpineCode code, FhirElement at, string diagnostics)
    {
        if (HasRoom) Add(new Problem(code, diagnostics, at.Location));
    }

    public void Refuse(SpineCode code, FhirElement parent, string child, string diagnostics)
    {
        if (HasRoom) Add(new Problem(code, diagnostics, parent.LocationOf(child)));
    }

    /// <summary>A fault of the request beside its body.</summary>
    public void RefuseHeader(string diagnostics) => Add(new Problem(SpineCode.MissingOrInvalidHeader, diagnostics));

    public void Invalid(FhirElement at, string diagnostics) => Refuse(SpineCode.InvalidResource, at, diagnostics);

    public void Warn(string warning)
    {
        warnings ??= [];
        if (!warnings.Contains(warning)) warnings.Add(warning);
    }

    public void WarnUnless(bool holds, string warning)
    {
        if (!holds) Warn(warning);
    }

    /// <summary>Refuses the message unless the element has such a child with something in it.</summary>
    public bool Require(FhirElement parent, string child)
    {
        var isThere = parent.Child(child).HasContent;
        if (!isThere) Missing(parent, child);
        return isThere;
    }

    /// <summary>Refuses the message unless the child is a reference that points somewhere.</summary>
    public bool RequireReference(FhirElement parent, string child)
    {
        var refers = parent.Refers(child);
        if (!refers) Missing(parent, child);
        return refers;
    }

    public bool RequireCode(FhirElement parent, string concept)
    {
        var has = parent.HasAnyCode(concept);
        if (!has) Refuse(SpineCode.InvalidResource, parent, concept, $"{parent.Name}.{concept} must have a coding with a code.");
        return has;
    }

    public void Missing(FhirElement parent, string child) =>
        Refuse(SpineCode.InvalidResource, parent, child, $"{parent.Name}.{child} is required here and is missing or empty.");

    // Asked before the location is made: that takes time on a large body.
    private bool HasRoom => (problems?.Count ?? 0) < MaxProblems;

    private void Add(Problem problem) => (problems ??= []).Add(problem);
}
