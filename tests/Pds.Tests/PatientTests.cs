using Nems.Core.Demographics;
using Nems.Pds.Tests.Kit;
using Nems.Testing;

namespace Nems.Pds.Tests;

/// <summary>What an answer of PDS says, and which answers are none.</summary>
public sealed class PatientTests
{
    [Fact]
    public async Task A_record_gives_the_home_postcode_the_practice_and_when_it_was_asked_for()
    {
        await using var test = new PdsUnderTest();

        var record = await test.FindAsync();

        Assert.Equal(new PatientRecord("ZZ993VZ", "B86056", IsSensitive: false, IsInvalid: false, null, test.Clock.GetUtcNow()), record);
        Assert.True(record.MayFlow);
        Assert.True(test.Demographics.IsConfigured);
    }

    [Fact]
    public async Task A_request_carries_the_token_and_ids_of_its_own()
    {
        await using var test = new PdsUnderTest();

        await test.AskAsync(Patients.Jo);
        await test.AskAsync(Patients.Sam);

        var calls = test.Pds.PatientCalls.ToArray();
        Assert.Equal(["/FHIR/R4/Patient/" + Patients.Jo, "/FHIR/R4/Patient/" + Patients.Sam], calls.Select(call => call.Path));
        Assert.All(calls, call =>
        {
            Assert.Equal("GET", call.Method);
            Assert.Equal("Bearer token-1", call.Headers!["Authorization"].Single());
            Assert.Equal("application/fhir+json", call.Headers["Accept"].Single());
            Assert.True(Guid.TryParse(call.Headers["X-Correlation-ID"].Single(), out _));
            Assert.DoesNotContain("traceparent", call.Headers.Keys, StringComparer.OrdinalIgnoreCase);
        });
        Assert.Equal(2, calls.Select(call => Guid.Parse(call.Headers!["X-Request-ID"].Single())).Distinct().Count());
    }

    [Theory]
    [InlineData(false, false, "U")]
    [InlineData(true, false, "R")]
    [InlineData(true, false, "V")]
    [InlineData(true, false, "N")]
    [InlineData(true, false, "u")]
    [InlineData(true, false, "U", "R")]
    [InlineData(true, false)]
    [InlineData(false, true, "REDACTED")]
    [InlineData(true, true, "R", "REDACTED")]
    public async Task Only_U_lets_events_flow(bool isSensitive, bool isInvalid, params string[] codes)
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(200, APatient.WithSecurity(Patients.Jo, codes)));

        var record = await test.FindAsync();

        Assert.Equal((isSensitive, isInvalid), (record.IsSensitive, record.IsInvalid));
    }

    [Fact]
    public async Task A_record_that_says_nothing_of_security_counts_as_sensitive()
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(200, $$"""{"resourceType":"Patient","id":"{{Patients.Jo}}"}"""));

        var record = await test.FindAsync();

        Assert.Equal((true, null, null), (record.IsSensitive, record.HomePostcode, record.PracticeCode));
    }

    [Theory]
    [InlineData("""{"use":"home","period":{"start":"2020-01-01","end":"2026-03-01"},"postalCode":"ZZ99 3VZ"}""", null)]
    [InlineData("""{"use":"home","period":{"start":"2026-03-03"},"postalCode":"ZZ99 3VZ"}""", null)]
    [InlineData("""{"use":"home","period":{"start":"2026-03-02","end":"2026-03-02"},"postalCode":"zz993vz"}""", "ZZ993VZ")]
    [InlineData("""{"use":"home","period":{"start":"2020","end":"2026-03"},"postalCode":"ZZ99 3VZ"}""", "ZZ993VZ")]
    [InlineData("""{"use":"home","period":{"end":"2025"},"postalCode":"ZZ99 3VZ"}""", null)]
    [InlineData("""{"use":"home","period":{"start":"2026-03-02T00:00:00+00:00"},"postalCode":"ZZ99 3VZ"}""", "ZZ993VZ")]
    [InlineData("""{"use":"temp","postalCode":"ZZ99 3VZ"}""", null)]
    [InlineData("""{"use":"home","postalCode":""}""", null)]
    [InlineData("""{"use":"home","line":["1 High Street"]}""", null)]
    [InlineData("""{"use":"home","period":{"end":"2020"},"postalCode":"ZZ99 1ZZ"},{"use":"temp","postalCode":"ZZ99 2WZ"},{"use":"home","postalCode":"ZZ99 3VZ"}""", "ZZ993VZ")]
    public async Task The_postcode_is_that_of_the_home_address_of_today(string addresses, string? postcode)
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(200, APatient.Of(Patients.Jo, address: addresses)));

        Assert.Equal(postcode, (await test.FindAsync()).HomePostcode);
    }

    [Theory]
    [InlineData("""{"identifier":{"value":"A11111","period":{"end":"2026-03-01"}}},{"identifier":{"value":"b22222","period":{"start":"2026-03-02"}}}""", "B22222")]
    [InlineData("""{"identifier":{"value":"A11111","period":{"start":"2026-04-01"}}}""", null)]
    [InlineData("""{"identifier":{"value":"A11111"}}""", "A11111")]
    [InlineData("""{"reference":"https://directory.spineservices.nhs.uk/STU3/Organization/Y12345"}""", null)]
    public async Task The_practice_is_that_of_today(string practices, string? code)
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(200, APatient.Of(Patients.Jo, practice: practices)));

        Assert.Equal(code, (await test.FindAsync()).PracticeCode);
    }

    [Fact]
    public async Task The_day_of_periods_is_that_of_London()
    {
        await using var test = new PdsUnderTest();
        test.Clock.SetUtcNow(new DateTimeOffset(2026, 6, 30, 23, 30, 0, TimeSpan.Zero));
        test.Pds.Answers(new Reply(200, APatient.Of(Patients.Jo, address: """{"use":"home","period":{"start":"2026-07-01"},"postalCode":"ZZ99 3VZ"}""")));

        Assert.Equal("ZZ993VZ", (await test.FindAsync()).HomePostcode);
    }

    [Fact]
    public async Task An_answer_for_another_number_says_which_one_superseded()
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(200, APatient.Of(Patients.Sam)));

        Assert.Equal(PdsUnderTest.Number(Patients.Sam), (await test.FindAsync()).SupersededBy);
    }

    [Fact]
    public async Task A_patient_unknown_to_PDS_has_no_record()
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(Reply.NotFound);

        Assert.IsType<DemographicsAnswer.NoRecord>(await test.AskAsync());
    }

    [Fact]
    public async Task An_invalidated_patient_is_found_and_may_not_flow()
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(404, Reply.Outcome("INVALIDATED_RESOURCE")));

        var record = await test.FindAsync();

        Assert.True(record.IsInvalid);
        Assert.False(record.MayFlow);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>There is nothing here</html>")]
    [InlineData("{}")]
    [InlineData("""{"resourceType":"OperationOutcome","issue":[{"details":{"coding":[{"code":"SOMETHING_ELSE"}]}}]}""")]
    [InlineData("""{"resourceType":"OperationOutcome","issue":"RESOURCE_NOT_FOUND"}""")]
    public async Task A_404_that_is_not_in_the_words_of_PDS_is_no_answer(string body)
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(404, body));

        await test.GetsNothingAsync();
    }

    public static TheoryData<string> Malformed =>
    [
        "", "null", "[]", "{", "\"Patient\"", "<Patient/>", "{}", """{"resourceType":"Patient"}""",
        """{"resourceType":"Bundle","id":"9990000018"}""",
        """{"resourceType":"Patient","id":9990000018}""",
        APatient.Of("9990000019"), APatient.Of("Patient/9990000018"),
        APatient.Of(Patients.Jo, meta: "null"), APatient.Of(Patients.Jo, meta: """{"security":{"code":"U"}}"""), APatient.Of(Patients.Jo, meta: """{"security":["U"]}"""),
        APatient.Of(Patients.Jo, meta: APatient.Unrestricted + "," + "\"meta\":" + APatient.Unrestricted),
        APatient.Of(Patients.Jo, address: "\"home\""), APatient.Of(Patients.Jo, address: """{"use":"home","postalCode":7}"""),
        APatient.Of(Patients.Jo, address: """{"use":"home","postalCode":"A VERY LONG POSTCODE"}"""),
        APatient.Of(Patients.Jo, address: """{"use":"home","period":{"end":"yesterday"},"postalCode":"ZZ99 3VZ"}"""),
        APatient.Of(Patients.Jo, practice: """{"identifier":{"value":"not a code"}}"""), APatient.Of(Patients.Jo, practice: """{"identifier":{}}"""),
        APatient.Of(Patients.Jo) + "x",
        string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100)),
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task What_is_not_understood_is_no_answer_and_is_asked_for_again(string body)
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(200, body), new Reply(200, APatient.Of(Patients.Jo)));

        await test.GetsNothingAsync();

        Assert.NotNull(await test.FindAsync());
        Assert.Equal(2, test.Pds.PatientCalls.Count);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task An_answer_over_a_megabyte_is_none(int over, bool isTaken)
    {
        await using var test = new PdsUnderTest();
        var patient = APatient.Of(Patients.Jo);
        test.Pds.Answers(new Reply(200, patient + new string(' ', PdsHttp.LargestAnswer - patient.Length + over)));

        var answer = await test.AskAsync();

        Assert.Equal(isTaken, answer is DemographicsAnswer.Found);
        if (!isTaken) Assert.IsType<DemographicsAnswer.Unavailable>(answer);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(status, "", "Location", test.Pds.Elsewhere));

        await test.GetsNothingAsync();

        Assert.Empty(test.Pds.Strays);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(418)]
    public async Task Any_other_status_is_no_answer_and_not_tried_again_by_itself(int status)
    {
        await using var test = new PdsUnderTest(onSystemClock: true);
        test.Pds.Answers(new Reply(status));

        await test.GetsNothingAsync();

        Assert.Single(test.Pds.PatientCalls);
    }
}
