using Microsoft.Net.Http.Headers;
using Nems.Core.Events;
using Nems.Core.Problems;

namespace Nems.Api;

/// <summary>Reads and chooses media types: the published names and the older ones, each with its parameters, per release.</summary>
internal static class FhirMediaTypes
{
    private const string OlderXml = "application/xml+fhir";
    private const string OlderJson = "application/json+fhir";
    private const string Xml = "application/fhir+xml";
    private const string Json = "application/fhir+json";

    /// <summary>The syntax that a release means when nobody says.</summary>
    internal static FhirFormat DefaultOf(FhirRelease release) => release == FhirRelease.Stu3 ? FhirFormat.Xml : FhirFormat.Json;

    /// <summary>The syntax that <c>Content-Type</c> names; the release's own where it is absent; null with a problem where it names another.</summary>
    internal static FhirFormat? OfBody(string? contentType, FhirRelease release, bool jsonAllowed, List<Problem> problems)
    {
        if (string.IsNullOrWhiteSpace(contentType)) return DefaultOf(release);

        // Exactly what nearly every client sends, without parsing.
        if (contentType is Xml or OlderXml) return FhirFormat.Xml;
        if (MediaTypeHeaderValue.TryParse(contentType, out var type) && FormatOf(type) is { } format && ParametersFit(type, release)
            && (jsonAllowed || format == FhirFormat.Xml))
            return format;

        problems.Add(new Problem(SpineCode.UnsupportedMediaType, $"Content-Type must be {Named(release, jsonAllowed)}."));
        return null;
    }

    /// <summary>
    /// The syntax that <c>Accept</c> asks for, by its qualities; that of the body where there is no <c>Accept</c>. Where none of ours
    /// is acceptable there is a problem, and the answer is still written, in the release's own.
    /// </summary>
    internal static FhirFormat OfAnswer(IList<string> accept, FhirFormat? body, FhirRelease release, bool jsonAllowed, List<Problem> problems)
    {
        var preset = jsonAllowed ? DefaultOf(release) : FhirFormat.Xml;
        if (accept.Count == 0 || accept.All(string.IsNullOrWhiteSpace)) return body ?? preset;
        if (accept is ["*/*"]) return preset;
        var wanted = MediaTypeHeaderValue.TryParseList(accept, out var types) ? types : [];
        var xml = Rank(wanted, FhirFormat.Xml, release);
        var json = jsonAllowed ? Rank(wanted, FhirFormat.Json, release) : default;
        if (xml.Quality <= 0 && json.Quality <= 0)
        {
            problems.Add(new Problem(SpineCode.NotAcceptable, $"Accept must admit {Named(release, jsonAllowed)}."));
            return preset;
        }

        var order = xml.CompareTo(json);
        return order > 0 ? FhirFormat.Xml : order < 0 ? FhirFormat.Json : preset;
    }

    /// <summary>The name under which an answer of this syntax goes out: the older one for a caller who uses the older ones, and for an STU3 caller who names none.</summary>
    internal static string NameFor(HttpRequest request, FhirRelease release, FhirFormat format)
    {
        var named = request.Headers.Accept.Count > 0 ? request.Headers.Accept.ToString() : request.ContentType ?? "";
        var (name, older) = format == FhirFormat.Xml ? (Xml, OlderXml) : (Json, OlderJson);
        if (named.Contains(name, StringComparison.OrdinalIgnoreCase)) return name + ";charset=utf-8";
        if (named.Contains(older, StringComparison.OrdinalIgnoreCase)) return older + ";charset=utf-8";
        return (release == FhirRelease.Stu3 && format == FhirFormat.Xml ? older : name) + ";charset=utf-8";
    }

    // The most specific entry speaks for a syntax; among equals the first.
    private static Preference Rank(IEnumerable<MediaTypeHeaderValue> wanted, FhirFormat format, FhirRelease release)
    {
        var best = default(Preference);
        var place = 0;
        foreach (var type in wanted)
        {
            place--;
            var precision = type.MatchesAllTypes ? 1
                : type.MatchesAllSubTypes && type.Type.Equals("application", StringComparison.OrdinalIgnoreCase) ? 2
                : FormatOf(type) == format && ParametersFit(type, release) ? 3
                : 0;
            if (precision > best.Precision) best = new Preference(type.Quality ?? 1, precision, precision == 3 ? place : 0);
        }

        return best;
    }

    private static FhirFormat? FormatOf(MediaTypeHeaderValue type) =>
        Is(type, Xml) || Is(type, OlderXml) ? FhirFormat.Xml
        : Is(type, Json) || Is(type, OlderJson) ? FhirFormat.Json
        : null;

    private static bool Is(MediaTypeHeaderValue type, string name) => type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool ParametersFit(MediaTypeHeaderValue type, FhirRelease release)
    {
        foreach (var parameter in type.Parameters)
        {
            var value = HeaderUtilities.RemoveQuotes(parameter.Value);
            if (parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase) && !value.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return false;
            if (parameter.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase) && value != (release == FhirRelease.Stu3 ? "3.0" : "4.0")) return false;
        }

        return true;
    }

    private static string Named(FhirRelease release, bool jsonAllowed) =>
        (jsonAllowed ? $"{Xml} or {Json}" : Xml) + $", in UTF-8, of FHIR {(release == FhirRelease.Stu3 ? "3.0" : "4.0")}";

    private readonly record struct Preference(double Quality, int Precision, int Place) : IComparable<Preference>
    {
        public int CompareTo(Preference other) =>
            Quality.CompareTo(other.Quality) is var quality and not 0 ? quality
            : Precision.CompareTo(other.Precision) is var precision and not 0 ? precision
            : Place.CompareTo(other.Place);
    }
}
