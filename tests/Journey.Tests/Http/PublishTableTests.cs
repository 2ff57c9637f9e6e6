using System.Text;
using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Journey.Tests.Http;

/// <summary>What a publisher hears (NEMS specification 2.6, 2.7, 3).</summary>
public sealed class PublishTableTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("publish")]
    [InlineData("publish R4")]
    public async Task A_good_event_is_a_202_without_body_and_with_its_id(string kind)
    {
        var answer = await ACall.Of(kind).SendAsync(service.Address);

        Assert.Equal(202, answer.Status);
        Assert.Empty(answer.Body);
        Assert.True(Guid.TryParse(answer.Header("Nems-Event-Id"), out _));
    }

    [Theory]
    [InlineData("value=\"newborn-hearing-1\"", "value=\"newborn-hearing-9\"", 400, "INVALID_CODE_VALUE", "code-invalid")]
    [InlineData("value=\"newborn-hearing-1\"", "value=\"PDS002\"", 400, "INVALID_CODE_VALUE", "code-invalid")]
    [InlineData("CodeSystem/EventType-1", "CodeSystem/EMS-EventType-1", 400, "INVALID_CODE_SYSTEM", "code-invalid")]
    [InlineData("<code value=\"new\"/>", "<code value=\"change\"/>", 400, "INVALID_CODE_VALUE", "code-invalid")]
    [InlineData("<type value=\"message\"/>", "<type value=\"collection\"/>", 422, "INVALID_RESOURCE", "invalid")]
    [InlineData("<focus>", "<focus><reference value=\"urn:uuid:00000000-0000-4000-8000-000000000000\"/></focus><focus>", 422, "INVALID_RESOURCE", "invalid")]
    [InlineData("Bundle", "Parameters", 400, "MESSAGE_NOT_WELL_FORMED", "structure")]
    [InlineData("http://hl7.org/fhir\"", "http://hl7.org/other\"", 400, "MESSAGE_NOT_WELL_FORMED", "structure")]
    public async Task A_broken_rule_has_its_code_and_status(string what, string by, int status, string code, string type)
    {
        var call = ACall.Of("publish");
        call.Body = Replaced(call.Body, what, by);

        var answer = await call.SendAsync(service.Address);

        Assert.True(answer.Status == status, answer.ToString());
        var issue = answer.Issues().First(one => one.Code == code);
        Assert.Equal(("error", type), (issue.Severity, issue.Type));
        Assert.Contains("Spine-OperationOutcome-1", answer.Outcome().Meta?.Profile?.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1234567890")]
    [InlineData("999000001")]
    [InlineData("99900000180")]
    [InlineData("999 000 0018")]
    [InlineData("999000001X")]
    public async Task A_wrong_routing_number_is_a_400(string number)
    {
        var call = ACall.Of("publish");
        call.Body = Replaced(call.Body, Patients.Jo, number);

        var answer = await call.SendAsync(service.Address);

        Assert.True(answer.Status == 400, answer.ToString());
        Assert.Contains("INVALID_NHS_NUMBER", answer.Codes());
        Assert.DoesNotContain(number, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_of_another_interaction_is_a_400()
    {
        var answer = await ACall.Of("publish").With("InteractionID", EventType.Vaccinations.InteractionId).SendAsync(service.Address);

        Assert.Equal((400, "MISSING_OR_INVALID_HEADER"), (answer.Status, answer.Codes().Single()));
    }

    [Fact]
    public async Task An_event_of_PDS_from_a_supplier_is_a_403()
    {
        var call = ACall.Publish(Message.Death).With("fromASID", TestRegistry.Supplier).Claim("requesting_system", "https://fhir.nhs.uk/Id/accredited-system|" + TestRegistry.Supplier)
            .Claim("sub", "https://fhir.nhs.uk/Id/accredited-system|" + TestRegistry.Supplier).Claim("requesting_organisation", "https://fhir.nhs.uk/Id/ods-organization-code|A83627");

        var answer = await call.SendAsync(service.Address);

        Assert.Equal((403, "ASID_CHECK_FAILED"), (answer.Status, answer.Codes().Single()));
        Assert.Equal("forbidden", answer.Issues()[0].Type);
    }

    [Theory]
    [InlineData("newborn-hearing-1.new.xml", 202)]
    [InlineData("vaccinations-1.given.xml", 403)]
    public async Task A_supplier_publishes_what_it_is_granted(string sample, int status)
    {
        const string system = "https://fhir.nhs.uk/Id/accredited-system|" + ServiceFixture.LimitedSupplier;
        var call = ACall.Publish(Message.Sample(sample)).With("fromASID", ServiceFixture.LimitedSupplier).Claim("requesting_system", system).Claim("sub", system);

        Assert.Equal(status, (await call.SendAsync(service.Address)).Status);
    }

    [Fact]
    public async Task A_subscriber_publishes_nothing()
    {
        const string system = "https://fhir.nhs.uk/Id/accredited-system|" + TestRegistry.Subscriber;
        var call = ACall.Of("publish").With("fromASID", TestRegistry.Subscriber).Claim("requesting_system", system).Claim("sub", system)
            .Claim("requesting_organisation", "https://fhir.nhs.uk/Id/ods-organization-code|T8T9T");

        var answer = await call.SendAsync(service.Address);

        Assert.Equal((403, "ASID_CHECK_FAILED"), (answer.Status, answer.Codes().Single()));
    }

    [Theory]
    [InlineData("has a blank")]
    [InlineData("")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task A_faulty_Idempotency_Key_is_a_400(string key)
    {
        var answer = await ACall.Of("publish").With("Idempotency-Key", key).SendAsync(service.Address);

        Assert.Equal((400, "MISSING_OR_INVALID_HEADER"), (answer.Status, answer.Codes().Single()));
    }

    [Fact]
    public async Task An_Idempotency_Key_given_twice_is_a_400()
    {
        var answer = await ACall.Of("publish").With("Idempotency-Key", "one").And("Idempotency-Key", "two").SendAsync(service.Address);

        Assert.Equal((400, "MISSING_OR_INVALID_HEADER"), (answer.Status, answer.Codes().Single()));
    }

    [Fact]
    public async Task The_same_key_and_body_get_the_same_event_and_another_body_a_422()
    {
        var key = Guid.NewGuid().ToString();
        var first = await ACall.Of("publish").With("Idempotency-Key", key).SendAsync(service.Address);
        var again = await ACall.Of("publish").With("Idempotency-Key", key).SendAsync(service.Address);
        var other = await ACall.Of("publish").With("Idempotency-Key", key).Change(call => call.Body = [.. call.Body, (byte)' ']).SendAsync(service.Address);

        Assert.Equal((202, 202), (first.Status, again.Status));
        Assert.Equal(first.Header("Nems-Event-Id"), again.Header("Nems-Event-Id"));
        Assert.Equal((422, "BAD_REQUEST"), (other.Status, other.Codes().Single()));
    }

    [Fact]
    public async Task Several_faults_of_the_body_are_one_answer_with_the_status_of_the_first_kind()
    {
        var call = ACall.Of("publish").With("InteractionID", EventType.Vaccinations.InteractionId);
        call.Body = Replaced(Replaced(call.Body, Patients.Jo, "1234567890"), "<type value=\"message\"/>", "<type value=\"collection\"/>");

        var answer = await call.SendAsync(service.Address);

        Assert.Equal(400, answer.Status);
        Assert.Superset(new HashSet<string?> { "MISSING_OR_INVALID_HEADER", "INVALID_NHS_NUMBER", "INVALID_RESOURCE" }, answer.Codes().ToHashSet());
    }

    private static byte[] Replaced(byte[] body, string what, string by)
    {
        var text = Encoding.UTF8.GetString(body);
        Assert.Contains(what, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(what, by, StringComparison.Ordinal));
    }
}
