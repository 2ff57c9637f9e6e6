using System.Text.Json;
using Nems.Core.Problems;

namespace Nems.Api.Tokens;

/// <summary>When a token was issued and until when it may be used; clocks may differ by <see cref="Tolerance"/>.</summary>
/// <param name="Length">From <c>iat</c> to <c>exp</c>.</param>
/// <param name="GoodThrough">The last moment at which it is accepted: <c>exp</c> and the tolerance.</param>
internal readonly record struct TokenLifetime(TimeSpan Length, DateTimeOffset GoodThrough)
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(60);

    /// <summary>Null, with every problem, where the token may not be used now.</summary>
    /// <param name="payload">The claims.</param>
    /// <param name="longest">The longest that a token may live.</param>
    /// <param name="now">The moment of the call.</param>
    /// <param name="code">What a fault is called under the scheme of the token.</param>
    /// <param name="problems">Takes the problems.</param>
    public static TokenLifetime? Read(JsonElement payload, TimeSpan longest, DateTimeOffset now, SpineCode code, List<Problem> problems)
    {
        var before = problems.Count;
        var reader = new ClaimReader(payload, problems);
        var issued = reader.Seconds(code, "iat", isRequired: true);
        var expires = reader.Seconds(code, "exp", isRequired: true);
        var notBefore = reader.Seconds(code, "nbf", isRequired: false);

        if (issued is { } from && Moment(from) > now + Tolerance) Refuse("The JWT associated with the Authorisation header was issued in the future");
        if (notBefore is { } start && Moment(start) > now + Tolerance) Refuse("The JWT associated with the Authorisation header is not valid yet");
        if (expires is { } end && now > Moment(end) + Tolerance) Refuse("The JWT associated with the Authorisation header has expired");
        if (issued is { } first && expires is { } last)
        {
            if (last <= first) Refuse("The claim exp must be later than iat");
            if (last - first > longest.TotalSeconds) Refuse($"The claim exp must be at most {longest.TotalSeconds:0} seconds after iat");
        }

        if (problems.Count > before || issued is null || expires is null) return null;
        return new TokenLifetime(TimeSpan.FromSeconds(expires.Value - issued.Value), Moment(expires.Value) + Tolerance);

        void Refuse(string diagnostics) => problems.Add(new Problem(code, diagnostics));
    }

    private static DateTimeOffset Moment(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);
}
