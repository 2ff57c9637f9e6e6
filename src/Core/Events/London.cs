namespace Nems.Core.Events;

/// <summary>The date in Europe/London, by the rule in force since 1996: a machine without time zone data has it too.</summary>
public static class London
{
    public static DateOnly DateOf(DateTimeOffset instant)
    {
        var utc = instant.UtcDateTime;
        var isSummer = utc >= LastSundayOf(utc.Year, 3) && utc < LastSundayOf(utc.Year, 10);
        var isLastHour = utc > DateTime.MaxValue - TimeSpan.FromHours(1);
        return DateOnly.FromDateTime(isSummer && !isLastHour ? utc.AddHours(1) : utc);
    }

    /// <summary>The change of clocks: 01:00 UTC on the last Sunday of March or October, both of 31 days.</summary>
    private static DateTime LastSundayOf(int year, int month)
    {
        var last = new DateTime(year, month, 31, 1, 0, 0, DateTimeKind.Utc);
        return last.AddDays(-(int)last.DayOfWeek);
    }
}
