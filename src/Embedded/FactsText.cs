using Nems.Core.Match;

namespace Nems.Embedded;

/// <summary>The facts of an event as stored: keys by blanks, then age, registration and marks, set apart by bars.</summary>
internal static class FactsText
{
    public static string Of(MatchFacts facts)
    {
        var registered = facts.IsRegistered is { } known ? known ? "registered" : "unregistered" : "";
        var marks = facts.IsFlagged ? "flagged" : facts.FollowedSuperseding ? "superseded" : "";
        return $"{string.Join(' ', facts.Keys)}|{facts.Age}|{registered}|{marks}";
    }
}
