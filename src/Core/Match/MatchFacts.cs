namespace Nems.Core.Match;

/// <summary>
/// What matching knew of an event, kept with it so that "why did it go there" can be answered later. Keyed hashes and codes
/// of areas only.
/// </summary>
/// <param name="Keys">The match keys that were read.</param>
/// <param name="Age">Years completed when the event happened; null when no date of birth is known.</param>
/// <param name="IsRegistered">Whether the patient is registered with a practice; null when that is not known.</param>
public sealed record MatchFacts(IReadOnlyList<string> Keys, int? Age, bool? IsRegistered);
