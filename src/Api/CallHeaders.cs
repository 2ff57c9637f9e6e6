using Microsoft.Extensions.Primitives;
using Nems.Core.Problems;

namespace Nems.Api;

/// <summary>The three Spine headers of a call. A member is null where the header is absent or faulty.</summary>
/// <param name="From"><c>fromASID</c>.</param>
/// <param name="To"><c>toASID</c>.</param>
/// <param name="InteractionId"><c>InteractionID</c>.</param>
/// <param name="Faults">Everything wrong with any of them, as far as it shows without the token.</param>
internal readonly record struct CallHeaders(string? From, string? To, string? InteractionId, IReadOnlyList<Problem> Faults)
{
    /// <param name="request">The call.</param>
    /// <param name="call">What it wants: the InteractionID must fit.</param>
    /// <param name="areOptional">An absent header is no fault.</param>
    public static CallHeaders Read(HttpRequest request, CallKind call, bool areOptional)
    {
        var headers = request.Headers;
        List<Problem>? faults = null;
        var from = One(headers["fromASID"], areOptional, "fromASID HTTP Header is missing", "fromASID HTTP Header must be given once", ref faults);
        var to = One(headers["toASID"], areOptional, "toASID HTTP Header is missing", "toASID HTTP Header must be given once", ref faults);
        var interaction = One(headers["InteractionID"], areOptional,
            "InteractionID HTTP Header is missing", "InteractionID HTTP Header must be given once", ref faults);

        if (from is not null && !IsAsid(from)) from = Refuse("fromASID HTTP Header must be an ASID: 1 to 20 digits", ref faults);
        if (to is not null && !IsAsid(to)) to = Refuse("toASID HTTP Header must be an ASID: 1 to 20 digits", ref faults);
        if (interaction is not null && !call.Accepts(interaction))
        {
            var expected = call.InteractionId ?? "urn:nhs:names:services:events:[Event_Code].Write";
            interaction = Refuse($"InteractionID HTTP Header must be {expected}", ref faults);
        }

        return new CallHeaders(from, to, interaction, (IReadOnlyList<Problem>?)faults ?? []);
    }

    /// <summary>Whether the call is addressed to this service; some real clients give their own ASID there (design decision 3.10).</summary>
    public bool IsAddressedTo(string nemsAsid, string? callerAsid) =>
        To is null || string.Equals(To, nemsAsid, StringComparison.Ordinal) || string.Equals(To, From ?? callerAsid, StringComparison.Ordinal);

    /// <summary>Whether <c>fromASID</c>, where given, is the ASID of the token.</summary>
    public bool IsFrom(string asid) => From is null || string.Equals(From, asid, StringComparison.Ordinal);

    private static string? One(StringValues values, bool isOptional, string missing, string repeated, ref List<Problem>? faults)
    {
        if (values.Count > 1) return Refuse(repeated, ref faults);
        if (values.Count == 1 && values[0] is { Length: > 0 } value) return value;
        return isOptional && values.Count == 0 ? null : Refuse(missing, ref faults);
    }

    private static string? Refuse(string diagnostics, ref List<Problem>? faults)
    {
        (faults ??= []).Add(new Problem(SpineCode.MissingOrInvalidHeader, diagnostics));
        return null;
    }

    private static bool IsAsid(string text)
    {
        if (text.Length is 0 or > 20) return false;
        foreach (var letter in text)
            if (!char.IsAsciiDigit(letter)) return false;

        return true;
    }
}
