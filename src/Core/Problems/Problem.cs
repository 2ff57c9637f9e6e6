namespace Nems.Core.Problems;

/// <summary>One fault of a request, as one issue of the OperationOutcome. Holds no patient data: neither text may quote a value.</summary>
/// <param name="Code">What kind of fault.</param>
/// <param name="Diagnostics">What is wrong and what was expected, in words; never the value that was sent.</param>
/// <param name="Location">FHIRPath of the fault, e.g. <c>Bundle.entry[0].resource.event</c>; null for headers and the like.</param>
public sealed record Problem(SpineCode Code, string Diagnostics, string? Location = null)
{
    /// <summary>The status of an answer with these problems: that of the lowest <see cref="SpineCode.Order"/>, the earliest of equals.</summary>
    public static int StatusOf(IReadOnlyList<Problem> problems) => problems.MinBy(problem => problem.Code.Order)!.Code.Status; // never empty
}
