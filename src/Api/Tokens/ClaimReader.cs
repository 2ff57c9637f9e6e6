using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Nems.Core.Problems;

namespace Nems.Api.Tokens;

/// <summary>
/// Reads claims and adds a problem for each that is absent or of the wrong kind. The texts are the published ones without
/// the values: anything may stand in a claim, a patient's name too.
/// </summary>
internal sealed class ClaimReader(JsonElement payload, List<Problem> problems)
{
    /// <summary>JSON null counts as absent: that is how some serialisers leave a claim out.</summary>
    public bool Has(string claim) => payload.TryGetProperty(claim, out var value) && value.ValueKind != JsonValueKind.Null;

    public string? RequiredText(string claim)
    {
        if (!IsGiven(claim, out var value))
        {
            Missing(SpineCode.InvalidToken, claim);
            return null;
        }

        return Text(claim, value);
    }

    /// <summary>Null also where the claim is absent, which is no problem.</summary>
    public string? OptionalText(string claim) => Has(claim) ? Text(claim, payload.GetProperty(claim)) : null;

    /// <summary>Whole seconds since 1970, within the years that make sense.</summary>
    public long? Seconds(SpineCode code, string claim, bool isRequired)
    {
        if (!IsGiven(claim, out var value))
        {
            if (isRequired) Missing(code, claim);
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is >= 0 and < 253_402_300_800) return seconds;
        problems.Add(new Problem(code, $"The claim {claim} must be a whole number of seconds since 1970"));
        return null;
    }

    /// <summary>One text, or a list of texts; empty where the claim is absent or faulty.</summary>
    public IReadOnlyList<string> RequiredTexts(SpineCode code, string claim)
    {
        if (!IsGiven(claim, out var value))
        {
            Missing(code, claim);
            return [];
        }

        if (value.ValueKind == JsonValueKind.String) return [value.GetString() ?? ""];
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 }))
            return [.. value.EnumerateArray().Select(item => item.GetString() ?? "")];

        problems.Add(new Problem(code, $"The claim {claim} must be a text or a list of texts"));
        return [];
    }

    public void Refuse(string diagnostics) => problems.Add(new Problem(SpineCode.InvalidToken, diagnostics));

    public void Missing(SpineCode code, string claim) =>
        problems.Add(new Problem(code, $"The mandatory claim {claim} from the JWT associated with the Authorisation header is missing"));

    /// <summary>The text after <c>{system}|</c>; null, with the problem, where the claim is not of that form.</summary>
    public string? CodeOf(string? text, string system, string diagnostics, Func<string, bool> isCode)
    {
        if (text is null) return null;
        if (text.Length > system.Length && text.StartsWith(system, StringComparison.Ordinal) && text[system.Length] == '|'
            && text[(system.Length + 1)..] is { Length: > 0 } code && isCode(code)) return code;
        Refuse(diagnostics);
        return null;
    }

    private bool IsGiven(string claim, [NotNullWhen(true)] out JsonElement value) =>
        payload.TryGetProperty(claim, out value) && value.ValueKind != JsonValueKind.Null
        && !(value.ValueKind == JsonValueKind.String && value.GetString() is not { Length: > 0 });

    private string? Text(string claim, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text) return text;
        Refuse($"The claim {claim} must be a text that is not empty");
        return null;
    }
}
