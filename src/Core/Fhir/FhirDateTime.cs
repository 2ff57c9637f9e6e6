using System.Globalization;
using Nems.Core.Events;

namespace Nems.Core.Fhir;

/// <summary>How much of a moment a text tells, by the lexical rule of the NEMS specification (3.5).</summary>
internal enum FhirPrecision
{
    Invalid,
    Year,
    Month,
    Day,
    Second,
}

/// <summary>The lexical forms of FHIR date, dateTime and instant, checked character by character.</summary>
internal static class FhirDateTime
{
    public static bool IsDateTime(ReadOnlySpan<char> text) => PrecisionOf(text) != FhirPrecision.Invalid;

    public static bool IsDate(ReadOnlySpan<char> text) => PrecisionOf(text) is FhirPrecision.Year or FhirPrecision.Month or FhirPrecision.Day;

    public static bool IsInstant(ReadOnlySpan<char> text) => PrecisionOf(text) == FhirPrecision.Second;

    public static FhirPrecision PrecisionOf(ReadOnlySpan<char> text)
    {
        if (text.Length < 4 || !IsNumber(text[..4], 1, 9999)) return FhirPrecision.Invalid;
        if (text.Length == 4) return FhirPrecision.Year;
        if (text.Length < 7 || text[4] != '-' || !IsNumber(text[5..7], 1, 12)) return FhirPrecision.Invalid;
        if (text.Length == 7) return FhirPrecision.Month;
        if (text.Length < 10 || text[7] != '-' || !IsNumber(text[8..10], 1, 31)) return FhirPrecision.Invalid;
        if (text.Length == 10) return FhirPrecision.Day;
        return text[10] == 'T' && IsTimeWithZone(text[11..]) ? FhirPrecision.Second : FhirPrecision.Invalid;
    }

    /// <summary>
    /// The day in London of a date or of a moment; false where the text tells no whole day, or a day that no calendar has.
    /// </summary>
    public static bool TryDay(ReadOnlySpan<char> text, out DateOnly day)
    {
        day = default;
        var precision = PrecisionOf(text);
        if (precision is FhirPrecision.Invalid or FhirPrecision.Year or FhirPrecision.Month) return false;
        if (!DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)) return false;
        if (precision == FhirPrecision.Day) return true;

        // A leap second (":60") counts as the second before it.
        var minutes = Number(text[11..13]) * 60 + Number(text[14..16]);
        var ticks = day.DayNumber * TimeSpan.TicksPerDay + minutes * TimeSpan.TicksPerMinute + Math.Min(Number(text[17..19]), 59) * TimeSpan.TicksPerSecond;
        ticks -= OffsetMinutes(text) * TimeSpan.TicksPerMinute;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return true; // at the ends of the calendar: the day as written
        day = London.DateOf(new DateTimeOffset(ticks, TimeSpan.Zero));
        return true;
    }

    private static bool IsTimeWithZone(ReadOnlySpan<char> text)
    {
        if (text.Length < 9 || !IsNumber(text[..2], 0, 23) || text[2] != ':' || !IsNumber(text[3..5], 0, 59) || text[5] != ':'
            || !IsNumber(text[6..8], 0, 60)) return false;
        var zone = text[8..];
        if (zone[0] == '.')
        {
            var digits = zone[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0) return false;
            zone = zone[(1 + digits)..];
        }

        if (zone is "Z") return true;
        return zone.Length == 6 && zone[0] is '+' or '-' && zone[3] == ':'
            && (IsNumber(zone[1..3], 0, 13) && IsNumber(zone[4..6], 0, 59) || zone[1..] is "14:00");
    }

    private static int OffsetMinutes(ReadOnlySpan<char> text)
    {
        if (text[^1] == 'Z') return 0;
        var minutes = Number(text[^5..^3]) * 60 + Number(text[^2..]);
        return text[^6] == '-' ? -minutes : minutes;
    }

    private static bool IsNumber(ReadOnlySpan<char> digits, int least, int most) =>
        !digits.ContainsAnyExceptInRange('0', '9') && Number(digits) is var number && number >= least && number <= most;

    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits) number = number * 10 + (digit - '0');
        return number;
    }
}
