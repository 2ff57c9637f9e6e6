using Nems.Core.Problems;
using Nems.Core.Registry;

namespace Nems.Api;

/// <summary>Who is calling, or everything that is wrong with the call's headers and token.</summary>
/// <param name="Caller">Null when there are problems, and only then.</param>
/// <param name="InteractionId">As it was sent; null where it was not.</param>
/// <param name="Problems">Every fault found; empty when the caller is known.</param>
internal readonly record struct CallerCheck(Caller? Caller, string? InteractionId, IReadOnlyList<Problem> Problems);
