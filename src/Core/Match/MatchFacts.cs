namespace Nems.Core.Match;

/// <summary>
/// What matching knew of an event, kept with it so that "why did it go there" can be answered later. Keyed hashes and codes
/// of areas only.
/// </summary>
/// <param name="Keys">The match keys that were read; none when the patient is flagged.</param>
/// <param name="Age">Years completed when the event happened; null when no date of birth is known.</param>
/// <param name="IsRegistered">Whether the patient is registered with a practice; null when that is not known.</param>
/// <param name="IsFlagged">The patient's record has an S or I flag: nothing flows.</param>
/// <param name="FollowedSuperseding">Subscriptions to the number that replaced the patient's were matched too.</param>
/// <param name="AsOf">When the source of demographics said so; null when the message alone did.</param>
public sealed record MatchFacts(
    IReadOnlyList<string> Keys, int? Age, bool? IsRegistered, bool IsFlagged = false, bool FollowedSuperseding = false, DateTimeOffset? AsOf = null)
{
    /// <summary>The facts of an event that is to be matched later.</summary>
    public static readonly MatchFacts NotYet = new([], null, null);
}
