using Nems.Core.Events;
using Nems.Core.Fhir;

namespace Nems.Core.Tests.Fhir;

public sealed class FhirDateTimeTests
{
    [Theory]
    [InlineData("2024")]
    [InlineData("0001")]
    [InlineData("2024-12")]
    [InlineData("2024-02-31")] // the published expression knows no calendar
    [InlineData("2024-06-10T23:59:60Z")]
    [InlineData("2024-06-10T09:30:05.123456789+01:00")]
    [InlineData("2024-06-10T09:30:05-13:59")]
    [InlineData("2024-06-10T09:30:05+14:00")]
    public void These_are_dateTimes(string text) => Assert.True(FhirDateTime.IsDateTime(text));

    [Theory]
    [InlineData("")]
    [InlineData("24")]
    [InlineData("0000")]
    [InlineData("2024-")]
    [InlineData("2024-13")]
    [InlineData("2024-00")]
    [InlineData("2024-1-1")]
    [InlineData("2024-06-32")]
    [InlineData("2024-06-00")]
    [InlineData("2024-06-10T")]
    [InlineData("2024-06-10 09:30:05Z")]
    [InlineData("2024-06-10T09:30Z")]
    [InlineData("2024-06-10T09:30:05")]
    [InlineData("2024-06-10T24:00:00Z")]
    [InlineData("2024-06-10T09:60:05Z")]
    [InlineData("2024-06-10T09:30:61Z")]
    [InlineData("2024-06-10T09:30:05.Z")]
    [InlineData("2024-06-10T09:30:05.1")]
    [InlineData("2024-06-10T09:30:05z")]
    [InlineData("2024-06-10T09:30:05+14:01")]
    [InlineData("2024-06-10T09:30:05+01:60")]
    [InlineData("2024-06-10T09:30:05+0100")]
    [InlineData("2024-06-10T09:30:05Z ")]
    [InlineData("\u0662024")]
    public void These_are_not(string text) => Assert.False(FhirDateTime.IsDateTime(text));

    [Theory]
    [InlineData("2024-06-10", "2024-06-10")]
    [InlineData("2024-06-09T22:59:59Z", "2024-06-09")]
    [InlineData("2024-06-09T23:00:00Z", "2024-06-10")] // summer time
    [InlineData("2024-01-09T23:00:00Z", "2024-01-09")]
    [InlineData("2024-03-30T23:30:00Z", "2024-03-30")] // the clocks go forward on the 31st
    [InlineData("2024-03-31T23:30:00Z", "2024-04-01")]
    [InlineData("2024-10-26T23:30:00Z", "2024-10-27")] // and back on the 27th
    [InlineData("2024-10-27T23:30:00Z", "2024-10-27")]
    [InlineData("2024-06-10T00:30:00+14:00", "2024-06-09")]
    [InlineData("2024-12-31T23:59:60Z", "2024-12-31")]
    [InlineData("0001-01-01T00:00:00+01:00", "0001-01-01")]
    [InlineData("9999-12-31T23:59:59-01:00", "9999-12-31")]
    public void The_day_is_that_of_London(string text, string day)
    {
        Assert.True(FhirDateTime.TryDay(text, out var found));
        Assert.Equal(day, found.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("2024")]
    [InlineData("2024-06")]
    [InlineData("2023-02-29")]
    [InlineData("today")]
    public void What_tells_no_day_has_none(string text) => Assert.False(FhirDateTime.TryDay(text, out _));

    [Fact]
    public void Summer_time_begins_and_ends_at_one_o_clock_UTC()
    {
        Assert.Equal(new DateOnly(2025, 3, 29), London.DateOf(new DateTimeOffset(2025, 3, 29, 23, 59, 0, TimeSpan.Zero)));
        Assert.Equal(new DateOnly(2025, 3, 31), London.DateOf(new DateTimeOffset(2025, 3, 30, 23, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new DateOnly(2025, 10, 26), London.DateOf(new DateTimeOffset(2025, 10, 25, 23, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new DateOnly(2025, 10, 26), London.DateOf(new DateTimeOffset(2025, 10, 26, 23, 0, 0, TimeSpan.Zero)));
    }
}
