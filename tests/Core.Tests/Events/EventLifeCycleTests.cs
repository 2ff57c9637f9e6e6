using Microsoft.Extensions.Options;
using Nems.Core.Events;
using Nems.Core.Problems;
using Nems.Core.Subscribe;
using Nems.Core.Tests.Fhir;
using Nems.Core.Tests.Subscribe;

namespace Nems.Core.Tests.Events;

public sealed class EventLifeCycleTests
{
    [Theory]
    [InlineData("2026-05-31T22:59:59Z", EventTypeState.Active)]
    [InlineData("2026-05-31T23:00:00Z", EventTypeState.Deprecated)]
    [InlineData("2026-09-30T23:00:00Z", EventTypeState.NoLongerSupported)]
    [InlineData("2026-11-30T23:59:59Z", EventTypeState.NoLongerSupported)]
    [InlineData("2026-12-01T00:00:00Z", EventTypeState.Withdrawn)]
    public void A_state_begins_at_midnight_in_the_United_Kingdom_in_summer_and_winter(string at, EventTypeState state)
    {
        var lifeCycle = new EventLifeCycle(Options.Create(Dates("2026-06-01", "2026-10-01", "2026-12-01")));

        Assert.Equal(state, lifeCycle.StateOf(EventType.Vaccinations, DateTimeOffset.Parse(at, null)));
        Assert.Equal(EventTypeState.Active, lifeCycle.StateOf(EventType.NewbornHearing, DateTimeOffset.Parse(at, null)));
    }

    [Theory]
    [InlineData("2026-05-01T00:00:00Z", null, 0)]
    [InlineData("2026-07-01T00:00:00Z", "DEPRECATED", 202)]
    [InlineData("2026-11-01T00:00:00Z", "NO_LONGER_SUPPORTED", 202)]
    [InlineData("2027-01-01T00:00:00Z", "WITHDRAWN", 400)]
    public void A_publisher_is_warned_and_at_last_refused(string at, string? code, int status)
    {
        var problem = new EventLifeCycle(Options.Create(Dates("2026-06-01", "2026-10-01", "2026-12-01"))).OnPublish(EventType.Vaccinations, DateTimeOffset.Parse(at, null));

        Assert.Equal(code, problem?.Code.Code);
        if (problem is not null) Assert.Equal(status, problem.Code.Status);
    }

    [Fact]
    public void The_warning_names_the_event_its_code_the_day_and_the_page()
    {
        var problem = new EventLifeCycle(Options.Create(Dates("2026-06-01"))).OnPublish(EventType.Vaccinations, new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal("Vaccinations (vaccinations-1) is deprecated from 01/06/2026. See https://nhs.example/more", problem?.Diagnostics);
    }

    [Fact]
    public async Task A_subscription_to_a_deprecated_type_is_made_with_a_warning()
    {
        var nems = new SubscribeFixture(Dates("2026-01-01"));

        var created = await nems.CreatedAsync(new ASubscription { Criteria = ASubscription.Generic });

        Assert.Equal("DEPRECATED", Assert.Single(created.Warnings).Code.Code);
        Assert.Single(nems.Store.Stored);
    }

    [Theory]
    [InlineData("2026-02-01", null, "NO_LONGER_SUPPORTED")]
    [InlineData("2026-02-01", "2026-02-02", "WITHDRAWN")]
    public async Task A_subscription_to_a_type_that_is_gone_is_refused_whole_and_the_deprecated_ones_are_named_too(string unsupported, string? withdrawn, string code)
    {
        var options = Dates("2026-01-01", unsupported, withdrawn);
        options.LifeCycle["pds-change-of-address-1"] = new EventLifeCycleDates { DeprecatedFrom = new DateOnly(2026, 1, 1) };
        var nems = new SubscribeFixture(options);

        var refused = Assert.IsType<CreateSubscriptionResult.Refused>(
            await nems.CreateAsync(new ASubscription { Criteria = ASubscription.Explicit + "&MessageHeader.event=vaccinations-1" }));

        Assert.Equal(["DEPRECATED", code], refused.Problems.Select(problem => problem.Code.Code));
        Assert.Equal(422, Problem.StatusOf(refused.Problems));
        Assert.Equal("fatal", refused.Problems[1].Code.Severity);
        Assert.Empty(nems.Store.Stored);
    }

    [Fact]
    public void Settings_with_an_unknown_code_or_days_out_of_order_refuse_the_start()
    {
        var validator = new EventLifeCycleOptionsValidator();
        var unknown = new EventLifeCycleOptions { LifeCycle = { ["pds-person-death-1"] = new EventLifeCycleDates() } };

        Assert.True(validator.Validate(null, Dates("2026-01-01", "2026-02-01", "2026-03-01")).Succeeded);
        Assert.True(validator.Validate(null, Dates("2026-03-01", "2026-02-01")).Failed);
        Assert.True(validator.Validate(null, unknown).Failed);
    }

    private static EventLifeCycleOptions Dates(string deprecated, string? unsupported = null, string? withdrawn = null) => new()
    {
        LifeCycle =
        {
            ["vaccinations-1"] = new EventLifeCycleDates
            {
                DeprecatedFrom = DateOnly.Parse(deprecated, null),
                NoLongerSupportedFrom = unsupported is null ? null : DateOnly.Parse(unsupported, null),
                WithdrawnFrom = withdrawn is null ? null : DateOnly.Parse(withdrawn, null),
                MoreUrl = new Uri("https://nhs.example/more"),
            },
        },
    };
}
