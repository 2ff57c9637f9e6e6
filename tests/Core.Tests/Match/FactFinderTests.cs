using System.Text;
using Microsoft.Extensions.Time.Testing;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Keys;
using Nems.Core.Match;
using Nems.Core.Ports;
using Nems.Core.Reference;
using Nems.Core.Tests.Messages;

namespace Nems.Core.Tests.Match;

/// <summary>What is found of an event that was read: births, movers, flags, superseded numbers, and a source that cannot say.</summary>
public sealed class FactFinderTests
{
    private const string Mother = Sample.Number;
    private const string Baby = Sample.OtherNumber;
    private static readonly DateTimeOffset Now = Situation.Accepted;
    private readonly KnownPatients patients = new() { IsConfigured = false };

    [Fact]
    public async Task A_birth_is_found_by_the_mothers_number_her_age_and_the_babys_address_and_practice()
    {
        var facts = await FindAsync(Sample.Of(EventType.Birth));

        Assert.Equal([KeyOf(Mother), "gp:B00002:pds-birth-notification-1", "gpicb:QB:pds-birth-notification-1", "la:E-LS1:pds-birth-notification-1"], facts.Keys);
        Assert.Equal((36, true), (facts.Age, facts.IsRegistered));
    }

    [Fact]
    public async Task A_practice_that_only_the_mother_has_does_not_count()
    {
        var message = Change.In("baby", """<generalPractitioner><reference value="https://directory.spineservices.nhs.uk/STU3/Organization/B00002"/></generalPractitioner>""", "")(Sample.Of(EventType.Birth));

        var facts = await FindAsync(message);

        Assert.DoesNotContain(facts.Keys, key => key.StartsWith("gp", StringComparison.Ordinal));
        Assert.Null(facts.IsRegistered);
    }

    [Fact]
    public async Task With_a_source_rules_look_at_the_babys_record_and_only_flags_are_taken_from_the_mothers()
    {
        patients.IsConfigured = true;
        patients.Has(Mother, "LS17 7DF", "A00001");
        patients.Has(Baby, "WF14 0BQ", null);

        var facts = await FindAsync(Sample.Of(EventType.Birth));

        Assert.Equal([KeyOf(Mother), "la:E-WF14:pds-birth-notification-1"], facts.Keys);
        Assert.Equal(false, facts.IsRegistered);
        Assert.Equal([Mother, Baby], patients.Asked);
    }

    [Theory]
    [InlineData("9912003888", "1234567890")]
    [InlineData("<extension url=\"nhsNumber\"><valueIdentifier><system value=\"https://fhir.nhs.uk/Id/nhs-number\"/><value value=\"9912003888\"/></valueIdentifier></extension>", "")]
    public async Task A_birth_without_a_good_number_of_the_mother_is_found_by_rules_alone(string number, string instead)
    {
        patients.IsConfigured = true;
        patients.Has(Baby, "LS1 1AA", "B00002");

        var facts = await FindAsync(Change.In("header", number, instead)(Sample.Of(EventType.Birth)));

        Assert.Equal(["gp:B00002:pds-birth-notification-1", "gpicb:QB:pds-birth-notification-1", "la:E-LS1:pds-birth-notification-1"], facts.Keys);
        Assert.Equal([Baby], patients.Asked);
    }

    [Theory]
    [InlineData(true, false, Mother)]
    [InlineData(false, true, Mother)]
    [InlineData(true, false, Baby)]
    [InlineData(false, true, Baby)]
    [InlineData(true, true, Baby)]
    public async Task A_flag_of_mother_or_baby_stops_a_birth_and_nothing_of_it_is_kept(bool isSensitive, bool isInvalid, string flagged)
    {
        patients.IsConfigured = true;
        patients.Has(Mother, "LS1 1AA", "B00002");
        patients.Has(Baby, "LS1 1AA", "B00002");
        patients.Has(flagged, "LS1 1AA", "B00002", isSensitive, isInvalid);

        var facts = await FindAsync(Sample.Of(EventType.Birth));

        Assert.True(facts.IsFlagged);
        Assert.Empty(facts.Keys);
        Assert.Null(facts.Age);
    }

    [Fact]
    public async Task A_flag_of_the_baby_stops_a_birth_without_the_mothers_number()
    {
        patients.IsConfigured = true;
        patients.Has(Baby, "LS1 1AA", "B00002", isSensitive: true);

        Assert.True((await FindAsync(Change.In("header", Mother, "1234567890")(Sample.Of(EventType.Birth)))).IsFlagged);
    }

    [Fact]
    public async Task A_move_inside_one_area_is_one_key_and_one_out_of_it_two()
    {
        var inside = await FindAsync(Change.In("patient", "<postalCode value=\"WF14 0BQ\"/>", "<postalCode value=\" ls17  7df \"/>")(Sample.Of(EventType.ChangeOfAddress)));
        var across = await FindAsync(Sample.Of(EventType.ChangeOfAddress));

        Assert.Equal([KeyOf(Mother), "la:E-LS17:pds-change-of-address-1"], inside.Keys);
        Assert.Equal([KeyOf(Mother), "la:E-LS17:pds-change-of-address-1", "la:E-WF14:pds-change-of-address-1"], across.Keys);
    }

    [Theory]
    [InlineData(false, false, "gp:B86056 gpicb:QC")]
    [InlineData(true, false, "gp:B86056 gpicb:QC gp:B85612 gpicb:QP")]
    [InlineData(false, true, "")]
    [InlineData(true, true, "gp:B85612 gpicb:QP")]
    public async Task A_change_of_GP_is_found_at_the_new_practice_and_at_the_old_one_only_where_the_setting_says_so(bool previous, bool deregistered, string expected)
    {
        var message = Sample.Of(EventType.ChangeOfGp);
        if (deregistered) message = Change.Cut("patient", "generalPractitioner")(message);

        var facts = await FindAsync(message, new MatchOptions { ChangeOfGp = new MatchOptions.ChangeOfGpOptions { Previous = previous } });

        Assert.Equal(expected, string.Join(' ', facts.Keys.Where(key => key.StartsWith("gp", StringComparison.Ordinal)).Select(key => key[..key.LastIndexOf(':')])));
        Assert.Equal(!deregistered, facts.IsRegistered);
    }

    [Fact]
    public async Task A_first_registration_is_found_at_the_new_practice_alone_whatever_the_setting_says()
    {
        var facts = await FindAsync(Change.Drop("episode")(Sample.Of(EventType.ChangeOfGp)), new MatchOptions { ChangeOfGp = new MatchOptions.ChangeOfGpOptions { Previous = true } });

        Assert.Equal(["gp:B86056:pds-change-of-gp-1"], facts.Keys.Where(key => key.StartsWith("gp:", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false, true, false)]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    public async Task An_event_for_a_superseded_number_reaches_the_new_one_only_where_the_setting_and_the_source_say_so(bool setting, bool isSuperseded, bool follows)
    {
        patients.IsConfigured = true;
        patients.Has(Mother, supersededBy: isSuperseded ? Baby : null);

        var facts = await FindAsync(Sample.Of(EventType.RecordChange), new MatchOptions { Superseded = setting });

        Assert.Contains(KeyOf(Mother), facts.Keys);
        Assert.Equal((follows, follows), (facts.Keys.Contains(KeyOf(Baby)), facts.FollowedSuperseding));
    }

    [Theory]
    [InlineData(Mother)]
    [InlineData(Baby)]
    public async Task A_source_that_cannot_say_of_one_patient_gives_no_facts_at_all_and_says_when_to_ask_again(string unknown)
    {
        patients.IsConfigured = true;
        patients.Has(Mother);
        patients.Has(Baby);
        patients.CannotSay(unknown, TimeSpan.FromSeconds(7));

        var (facts, retryAfter) = await TryFindAsync(Sample.Of(EventType.Birth));

        Assert.Null(facts);
        Assert.Equal(TimeSpan.FromSeconds(7), retryAfter);
    }

    [Fact]
    public async Task A_source_that_does_not_answer_in_time_gives_no_facts()
    {
        var clock = new FakeTimeProvider(Now);
        var finder = new FactFinder(new Silent(), Areas(), Situation.Hash, Microsoft.Extensions.Options.Options.Create(new MatchOptions()), clock);

        var finding = finder.FindAsync(Read(Sample.Of(EventType.Death)), Now, TimeSpan.FromMilliseconds(250), TestContext.Current.CancellationToken).AsTask();
        clock.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(finding.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null((await finding).Facts);
    }

    [Fact]
    public async Task Facts_are_as_old_as_the_oldest_answer_that_they_rest_on()
    {
        patients.IsConfigured = true;
        patients.Has(Mother, asOf: Now.AddSeconds(-1));
        patients.Has(Baby, asOf: Now.AddMinutes(-4));

        Assert.Equal(Now.AddMinutes(-4), (await FindAsync(Sample.Of(EventType.Birth))).AsOf);
    }

    [Theory]
    [InlineData("2006-06-10", 18)]
    [InlineData("2006-06-11", 17)]
    [InlineData("2006", null)]
    public async Task The_age_is_that_on_the_day_in_London_of_the_change(string born, int? age)
    {
        // The samples' change is of 2024-06-09T23:30Z: 10 June in London.
        var facts = await FindAsync(Change.In("header", "1988-04-17", born)(Sample.Of(EventType.Death)));

        Assert.Equal(age, facts.Age);
    }

    private static string KeyOf(string number) => KeyedHash.ExplicitMatchKey(Situation.Hash.Patient(KnownPatients.Number(number)));

    private static KnownAreas Areas()
    {
        var areas = new KnownAreas();
        foreach (var (postcode, code) in new[] { ("LS11AA", "LS1"), ("LS177DF", "LS17"), ("WF140BQ", "WF14") })
            areas.Postcodes[postcode] = new PostcodeAreas(null, "E-" + code, null);
        foreach (var (practice, code) in new[] { ("A00001", "QA"), ("B00002", "QB"), ("B86056", "QC"), ("B85612", "QP") })
            areas.SubLocations[practice] = code;
        return areas;
    }

    private static EventMessage Read(string message)
    {
        var reading = new EventMessageReader().Read(Encoding.UTF8.GetBytes(message), new FhirForm(FhirRelease.Stu3, FhirFormat.Xml), null);
        Assert.Empty(reading.Problems);
        return reading.Message!;
    }

    private async Task<MatchFacts> FindAsync(string message, MatchOptions? options = null)
    {
        var (facts, _) = await TryFindAsync(message, options);
        Assert.NotNull(facts);
        return facts;
    }

    private ValueTask<(MatchFacts? Facts, TimeSpan? RetryAfter)> TryFindAsync(string message, MatchOptions? options = null) =>
        Situation.Finder(patients, Areas(), options).FindAsync(Read(message), Now, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

    private sealed class Silent : IDemographics
    {
        public bool IsConfigured => true;

        public ValueTask<DemographicsAnswer> LookUpAsync(NhsNumber number, TimeSpan notOlderThan, CancellationToken cancel) =>
            new(new TaskCompletionSource<DemographicsAnswer>().Task);
    }
}
