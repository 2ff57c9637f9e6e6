using Nems.Core.Problems;
using Nems.Core.Registry;

namespace Nems.Api.Tokens;

/// <summary>What came of checking a token by itself.</summary>
/// <param name="Proven">Null when there are problems, and only then.</param>
/// <param name="Asid">The ASID it names, to be compared with the headers, even where it failed; null where none may be told.</param>
/// <param name="System">The system of that ASID, where it is known.</param>
/// <param name="Scopes">The scopes it names, even where it failed; null where none may be told.</param>
/// <param name="Problems">Every fault found.</param>
internal readonly record struct TokenCheck(
    ProvenToken? Proven, string? Asid, RegisteredSystem? System, TokenScopes? Scopes, IReadOnlyList<Problem> Problems)
{
    public static TokenCheck Accepted(ProvenToken proven) => new(proven, proven.Caller.System.Asid, proven.Caller.System, proven.Scopes, []);

    /// <summary>Refused, with nothing said of who it claims to be.</summary>
    public static TokenCheck Refused(IReadOnlyList<Problem> problems) => new(null, null, null, null, problems);

    public static TokenCheck Refused(SpineCode code, string diagnostics) => Refused([new Problem(code, diagnostics)]);
}
