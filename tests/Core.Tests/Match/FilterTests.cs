using System.Globalization;
using Nems.Core.Events;
using Nems.Core.Match;
using Nems.Core.Subscribe;

namespace Nems.Core.Tests.Match;

/// <summary>What holds beside the rule: ages, the time in which a subscription is in force, its state, its events.</summary>
public sealed class FilterTests
{
    // born | day of the event | filters | wanted
    private const string Ages =
        """
        1990-06-10 | 2008-06-09 | lt18      | yes
        1990-06-10 | 2008-06-10 | lt18      | no
        1990-06-10 | 2008-06-11 | lt18      | no
        1990-06-10 | 2008-06-09 | gt17      | no
        1990-06-10 | 2008-06-10 | gt17      | yes
        1990-06-10 | 2008-06-10 | gt18      | no
        1990-06-10 | 2009-06-09 | gt18      | no
        1990-06-10 | 2009-06-10 | gt18      | yes
        1990-06-10 | 2008-06-09 | 18        | no
        1990-06-10 | 2008-06-10 | 18        | yes
        1990-06-10 | 2009-06-09 | 18        | yes
        1990-06-10 | 2009-06-10 | 18        | no
        1990-06-10 | 2008-06-10 | gt17 lt19 | yes
        1990-06-10 | 2009-06-10 | gt17 lt19 | no
        1990-06-10 | 2008-06-09 | gt17 lt19 | no
        1990-06-10 | 2008-06-10 | gt19 lt5  | no
        1990-06-10 | 2008-06-10 | gt5 gt17  | yes
        1990-06-10 | 2008-06-10 | gt5 gt18  | no
        1990-06-10 | 2008-06-10 | lt30 lt19 | yes
        1990-06-10 | 2008-06-10 | lt30 lt18 | no
        1990-06-10 | 2008-06-10 |           | yes
        -          | 2008-06-10 |           | yes
        -          | 2008-06-10 | lt150     | no
        -          | 2008-06-10 | gt0       | no
        -          | 2008-06-10 | 18        | no
        -          | 2008-06-10 | gt5 lt99  | no
        2008-06-10 | 2008-06-10 | lt1       | yes
        2008-06-10 | 2008-06-10 | 0         | yes
        2008-06-10 | 2008-06-10 | gt0       | no
        2008-06-10 | 2008-06-10 | lt0       | no
        2008-06-10 | 2009-06-09 | lt1       | yes
        2008-06-10 | 2009-06-10 | lt1       | no
        2004-02-29 | 2018-02-28 | lt14      | yes
        2004-02-29 | 2018-03-01 | lt14      | no
        2004-02-29 | 2018-02-28 | 13        | yes
        2004-02-29 | 2018-03-01 | 14        | yes
        2004-02-29 | 2020-02-28 | 15        | yes
        2004-02-29 | 2020-02-29 | 16        | yes
        2004-02-29 | 2020-02-28 | gt15      | no
        2004-02-29 | 2020-02-29 | gt15      | yes
        2003-03-01 | 2018-02-28 | 14        | yes
        2003-03-01 | 2018-03-01 | 15        | yes
        2003-12-31 | 2018-12-30 | 14        | yes
        2003-12-31 | 2018-12-31 | 15        | yes
        2003-12-31 | 2019-01-01 | 15        | yes
        1904-02-29 | 2020-02-29 | gt115     | yes
        1904-02-29 | 2020-02-28 | gt115     | no
        1870-01-01 | 2020-01-01 | 150       | yes
        1870-01-01 | 2020-01-01 | lt150     | no
        """;

    public static IEnumerable<TheoryDataRow<string>> AgeRows => Ages.Split('\n').Select(row => new TheoryDataRow<string>(row));

    [Theory]
    [MemberData(nameof(AgeRows))]
    public async Task An_age_filter_holds_as_written(string row)
    {
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        var filters = string.Concat(cells[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(filter => "&Patient.age=" + filter));
        var subscription = Situation.Subscribed(Explicit + filters);

        var facts = await FactsAsync(cells[0] == "-" ? null : Day(cells[0]), Day(cells[1]));

        Assert.Equal(cells[3] == "yes", Matcher.Wants(subscription, EventType.Death, facts, Situation.Accepted));
    }

    [Theory]
    [InlineData("2008-06-10", "2026-06-09T22:59:59Z", 17)]
    [InlineData("2008-06-10", "2026-06-09T23:00:00Z", 18)]
    [InlineData("2008-01-10", "2026-01-09T23:59:59Z", 17)]
    [InlineData("2008-01-10", "2026-01-10T00:00:00Z", 18)]
    public async Task Without_a_time_of_the_event_the_day_in_London_of_its_acceptance_counts(string born, string accepted, int age)
    {
        var facts = await FactsAsync(Day(born), null, DateTimeOffset.Parse(accepted, CultureInfo.InvariantCulture));

        Assert.Equal(age, facts.Age);
    }

    [Theory]
    [InlineData(SubscriptionState.Active, 0, null, true)]
    [InlineData(SubscriptionState.Active, -1, null, true)]
    [InlineData(SubscriptionState.Active, 1, null, false)]
    [InlineData(SubscriptionState.Active, 0, 1, true)]
    [InlineData(SubscriptionState.Active, -1, 0, false)]
    [InlineData(SubscriptionState.Active, -2, -1, false)]
    [InlineData(SubscriptionState.Requested, -1, null, false)]
    [InlineData(SubscriptionState.Error, -1, null, false)]
    [InlineData(SubscriptionState.Off, -1, null, false)]
    [InlineData(SubscriptionState.Off, -1, 1, true)]
    public async Task A_subscription_is_in_force_from_its_activation_to_before_its_end_also_once_it_was_swept(SubscriptionState state, int activeTicks, int? endTicks, bool wanted)
    {
        var subscription = Situation.Subscribed(Explicit) with
        {
            State = state,
            ActiveSince = Situation.Accepted.AddTicks(activeTicks),
            EndsAt = endTicks is { } ticks ? Situation.Accepted.AddTicks(ticks) : null,
        };

        Assert.Equal(wanted, Matcher.Wants(subscription, EventType.Death, await FactsAsync(null, null), Situation.Accepted));
    }

    [Fact]
    public async Task Only_the_events_that_were_named_are_wanted()
    {
        var subscription = Situation.Subscribed(Explicit + $"&MessageHeader.event={EventType.Vaccinations.Code}&MessageHeader.event={EventType.Death.Code}");
        var facts = await FactsAsync(null, null);

        Assert.Equal(
            [EventType.Death, EventType.Vaccinations],
            EventType.All.Where(type => Matcher.Wants(subscription, type, facts, Situation.Accepted)));
    }

    private static string Explicit => $"/Bundle?type=message&Patient.identifier={NhsNumber.System}|{Situation.Patient}&MessageHeader.event={EventType.Death.Code}";

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static async Task<MatchFacts> FactsAsync(DateOnly? born, DateOnly? occurred, DateTimeOffset? accepted = null)
    {
        var number = KnownPatients.Number(Situation.Patient);
        var message = new EventMessage(
            EventType.Death, MessageEventType.New, new FhirForm(FhirRelease.Stu3, FhirFormat.Xml),
            new RoutingDemographics(number, born, null, null, null, null, number), occurred);
        var finder = Situation.Finder(new KnownPatients { IsConfigured = false }, new KnownAreas());
        var (facts, _) = await finder.FindAsync(message, accepted ?? Situation.Accepted, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        return facts!;
    }
}
