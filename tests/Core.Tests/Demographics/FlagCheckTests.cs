using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Nems.Core.Deliver;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Match;
using Nems.Core.Tests.Match;
using Nems.Core.Tests.Messages;

namespace Nems.Core.Tests.Demographics;

/// <summary>Flags before an attempt: against an answer of at most five minutes, of every patient of the event, or not at all.</summary>
public sealed class FlagCheckTests
{
    private const string Mother = Sample.Number;
    private const string Baby = Sample.OtherNumber;
    private readonly FakeTimeProvider clock = new(Situation.Accepted);
    private readonly KnownPatients patients = new();

    [Fact]
    public void What_matching_was_told_holds_for_five_minutes_and_what_is_not_known_does_not_hold()
    {
        Assert.False(Check.MustAsk(Delivery(EventType.Death, clock.GetUtcNow().AddMinutes(-5))));
        Assert.True(Check.MustAsk(Delivery(EventType.Death, clock.GetUtcNow().AddMinutes(-5).AddTicks(-1))));
        Assert.True(Check.MustAsk(Delivery(EventType.Death, null)));
    }

    [Fact]
    public void Without_a_source_nothing_is_asked()
    {
        patients.IsConfigured = false;

        Assert.False(Check.MustAsk(Delivery(EventType.Death, null)));
    }

    [Theory]
    [InlineData(false, false, FlagState.MayFlow)]
    [InlineData(true, false, FlagState.Flagged)]
    [InlineData(false, true, FlagState.Flagged)]
    public async Task A_flag_is_a_flag(bool isSensitive, bool isInvalid, FlagState expected)
    {
        patients.Has(Mother, isSensitive: isSensitive, isInvalid: isInvalid, asOf: clock.GetUtcNow());

        Assert.Equal(expected, await AskAsync(EventType.Death));
    }

    [Theory]
    [InlineData(Mother)]
    [InlineData(Baby)]
    public async Task Of_a_birth_both_are_asked_about(string flagged)
    {
        patients.Has(Mother, asOf: clock.GetUtcNow());
        patients.Has(Baby, asOf: clock.GetUtcNow());
        Assert.Equal(FlagState.MayFlow, await AskAsync(EventType.Birth));
        Assert.Equal([Mother, Baby], patients.Asked);

        patients.Has(flagged, isSensitive: true);
        Assert.Equal(FlagState.Flagged, await AskAsync(EventType.Birth));
    }

    [Theory]
    [InlineData(Mother)]
    [InlineData(Baby)]
    public async Task A_source_that_cannot_say_of_one_of_them_is_unknown_and_asked_again(string unknown)
    {
        patients.CannotSay(unknown);
        var delivery = Delivery(EventType.Birth, null);

        Assert.Equal(FlagState.Unknown, await AskAsync(EventType.Birth, delivery));
        Assert.True(Check.MustAsk(delivery));
    }

    [Fact]
    public async Task No_record_is_no_flag_and_holds_for_five_minutes()
    {
        var delivery = Delivery(EventType.Death, null);

        Assert.Equal(FlagState.MayFlow, await AskAsync(EventType.Death, delivery));
        Assert.Equal(clock.GetUtcNow(), delivery.FactsAsOf);
    }

    [Fact]
    public async Task An_answer_that_was_old_when_it_came_is_as_old_as_the_source_says()
    {
        patients.Has(Mother, asOf: clock.GetUtcNow().AddMinutes(-1));
        patients.Has(Baby, asOf: clock.GetUtcNow().AddMinutes(-4));
        var delivery = Delivery(EventType.Birth, null);

        Assert.Equal(FlagState.MayFlow, await AskAsync(EventType.Birth, delivery));

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(Check.MustAsk(delivery));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(Check.MustAsk(delivery));
    }

    private FlagCheck Check => new(patients, new EventMessageReader(), Options.Create(new MatchOptions()), clock);

    private async Task<FlagState> AskAsync(EventType type, OpenDelivery? delivery = null) =>
        await Check.AskAsync(delivery ?? Delivery(type, null), Encoding.UTF8.GetBytes(Sample.Of(type)), TestContext.Current.CancellationToken);

    private static OpenDelivery Delivery(EventType type, DateTimeOffset? asOf) => new()
    {
        Id = new DeliveryId(new EventId(Guid.NewGuid()), Situation.Hook("a").Id),
        Place = new Place(1),
        Number = 1,
        Type = type,
        Form = new FhirForm(FhirRelease.Stu3, FhirFormat.Xml),
        Patient = null,
        Subscriptions = [],
        FactsAsOf = asOf,
    };
}
