using System.Text.Json;
using Nems.Core.Demographics;
using Nems.Core.Events;

namespace Nems.Pds;

/// <summary>Reads what matching needs of the answers of PDS, and nothing more. What it does not understand is no answer (null).</summary>
internal static class PatientReader
{
    // A member given twice would let two readers see two patients.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>The record in a Patient resource; null when it is not one.</summary>
    public static PatientRecord? ReadPatient(ReadOnlyMemory<byte> body, NhsNumber asked, DateTimeOffset asOf)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var patient = document.RootElement;
            if (TextOf(patient, "resourceType") != "Patient" || !NhsNumber.TryParse(TextOf(patient, "id"), out var number)) return null;

            var today = London.DateOf(asOf).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            var (isSensitive, isInvalid) = Flags(patient);
            return new PatientRecord(
                Postcode(patient, today), Practice(patient, today), isSensitive, isInvalid, number == asked ? null : number, asOf);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            // Not JSON, or a member of another kind than FHIR gives it. The text may quote the body.
            return null;
        }
    }

    /// <summary>
    /// What a 404 means. Only PDS's own words count: an address that is wrong answers 404 too, and must not pass for a patient
    /// without flags.
    /// </summary>
    public static DemographicsAnswer? ReadNotFound(ReadOnlyMemory<byte> body, DateTimeOffset asOf)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            if (TextOf(document.RootElement, "resourceType") != "OperationOutcome") return null;
            var codes = ItemsOf(document.RootElement, "issue")
                .SelectMany(issue => issue.TryGetProperty("details", out var details) ? ItemsOf(details, "coding") : [])
                .Select(coding => TextOf(coding, "code")).ToArray();
            if (codes.Contains("INVALIDATED_RESOURCE"))
                return new DemographicsAnswer.Found(new PatientRecord(null, null, IsSensitive: false, IsInvalid: true, null, asOf));
            return codes.Contains("RESOURCE_NOT_FOUND") ? new DemographicsAnswer.NoRecord() : null;
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Only U lets anything flow: R is restricted, REDACTED invalid, and what is not known or not said counts as restricted.</summary>
    private static (bool IsSensitive, bool IsInvalid) Flags(JsonElement patient)
    {
        var codes = patient.TryGetProperty("meta", out var meta) ? ItemsOf(meta, "security").Select(label => TextOf(label, "code")).ToArray() : [];
        return (codes.Length == 0 || codes.Any(code => code is not ("U" or "REDACTED")), codes.Contains("REDACTED"));
    }

    private static string? Postcode(JsonElement patient, string today)
    {
        foreach (var address in ItemsOf(patient, "address"))
        {
            if (TextOf(address, "use") != "home" || !IsCurrent(address, today)) continue;
            var postcode = TextOf(address, "postalCode")?.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
            if (postcode is { Length: > 8 }) throw new FormatException();
            return string.IsNullOrEmpty(postcode) ? null : postcode;
        }

        return null;
    }

    private static string? Practice(JsonElement patient, string today)
    {
        foreach (var practice in ItemsOf(patient, "generalPractitioner"))
        {
            if (!practice.TryGetProperty("identifier", out var identifier) || !IsCurrent(identifier, today)) continue;
            var code = TextOf(identifier, "value")?.ToUpperInvariant();
            if (code is null or { Length: 0 or > 12 } || !code.All(char.IsAsciiLetterOrDigit)) throw new FormatException();
            return code;
        }

        return null;
    }

    /// <summary>Whether today lies in the period, both ends included; a year or a month stands for all its days.</summary>
    private static bool IsCurrent(JsonElement element, string today)
    {
        if (!element.TryGetProperty("period", out var period)) return true;
        return (DayOf(period, "start") is not { } start || string.CompareOrdinal(start, today[..start.Length]) <= 0)
            && (DayOf(period, "end") is not { } end || string.CompareOrdinal(end, today[..end.Length]) >= 0);
    }

    private static string? DayOf(JsonElement period, string name)
    {
        if (TextOf(period, name) is not { } text) return null;
        var day = text.Length > 10 && text[10] == 'T' ? text[..10] : text;
        var isDay = day.Length is 4 or 7 or 10 && day.Index().All(part => part.Index is 4 or 7 ? part.Item == '-' : char.IsAsciiDigit(part.Item));
        return isDay ? day : throw new FormatException();
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static JsonElement[] ItemsOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var items) ? [.. items.EnumerateArray()] : [];
}
