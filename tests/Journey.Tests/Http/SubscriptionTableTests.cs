using System.Text.RegularExpressions;
using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Journey.Tests.Http;

/// <summary>What a subscriber hears (NEMS specification 4 and 5).</summary>
public sealed partial class SubscriptionTableTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static int given;

    [Fact]
    public async Task A_create_is_a_201_with_the_published_headers_and_a_read_gives_it_back()
    {
        var created = await ACall.Create(Xml()).SendAsync(service.Address);
        var id = created.Header("Location")!.Split('/')[^1];
        var read = await ACall.Read(id).SendAsync(service.Address);
        var json = await ACall.Read(id).With("Accept", "application/fhir+json").SendAsync(service.Address);

        Assert.Equal((201, 0), (created.Status, created.Body.Length));
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Matches("^W/\".+\"$", created.Header("ETag"));
        Assert.NotNull(created.Header("Last-Modified"));
        Assert.NotNull(created.Header("Date"));
        Assert.Equal(200, read.Status);
        Assert.Equal(created.Header("ETag"), read.Header("ETag"));
        Assert.Contains("xmlns=\"http://hl7.org/fhir\"", read.Text, StringComparison.Ordinal);
        Assert.Contains("<status value=\"active\"", read.Text, StringComparison.Ordinal);
        Assert.Contains($"\"id\":\"{id}\"", json.Text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delete_is_a_200_without_body_and_afterwards_there_is_nothing()
    {
        var created = await ACall.Create(Xml()).SendAsync(service.Address);
        var id = created.Header("Location")!.Split('/')[^1];

        var deleted = await ACall.Delete(id).SendAsync(service.Address);
        var again = await ACall.Delete(id).SendAsync(service.Address);
        var read = await ACall.Read(id).SendAsync(service.Address);

        Assert.Equal((200, 0), (deleted.Status, deleted.Body.Length));
        Assert.Equal((404, "NO_RECORD_FOUND"), (again.Status, again.Codes().Single()));
        Assert.Equal((404, "NO_RECORD_FOUND"), (read.Status, read.Codes().Single()));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Anothers_subscription_and_none_are_told_in_the_same_words(string method)
    {
        var created = await ACall.Create(Xml()).SendAsync(service.Address);
        var id = created.Header("Location")!.Split('/')[^1];
        Func<string, ACall> call = method == "GET"
            ? wanted => ACall.Read(wanted, TestRegistry.OtherSubscriber, "Y12345")
            : wanted => ACall.Delete(wanted, TestRegistry.OtherSubscriber, "Y12345");

        var anothers = await call(id).SendAsync(service.Address);
        var none = await call(Guid.NewGuid().ToString("N")).SendAsync(service.Address);
        var noId = await call("not-an-id").SendAsync(service.Address);

        Assert.Equal((404, 404, 404), (anothers.Status, none.Status, noId.Status));
        Assert.Equal(WithoutId(none), WithoutId(anothers));
        Assert.Equal(WithoutId(none), WithoutId(noId));
        Assert.Equal(HeaderNames(none), HeaderNames(anothers));
        Assert.Equal(200, (await ACall.Read(id).SendAsync(service.Address)).Status);
    }

    [Fact]
    public async Task The_same_subscription_again_is_a_422_that_names_the_first()
    {
        var xml = Xml();
        var created = await ACall.Create(xml).SendAsync(service.Address);

        var again = await ACall.Create(xml).SendAsync(service.Address);

        var issue = again.Issues().Single();
        Assert.Equal((422, "DUPLICATE_REJECTED"), (again.Status, issue.Code));
        Assert.Equal(("error", "duplicate"), (issue.Severity, issue.Type));
        Assert.Equal($"subscription already exists : {created.Header("Location")!.Split('/')[^1]}", issue.Diagnostics);
    }

    [Theory]
    [InlineData("<status value=\"requested\"/>", "<status value=\"active\"/>", 422, "INVALID_RESOURCE")]
    [InlineData("<status value=\"requested\"/>", "<id value=\"mine\"/><status value=\"requested\"/>", 405, "MSG_RESOURCE_ID_FAIL")]
    [InlineData("<status value=\"requested\"/>", "", 422, "INVALID_RESOURCE")]
    [InlineData("<reason value=\"Direct care of this patient\"/>", "", 422, "INVALID_RESOURCE")]
    [InlineData("<reason value=\"Direct care of this patient\"/>", "<end value=\"2001-01-01T00:00:00Z\"/><reason value=\"Direct care of this patient\"/>", 422, "INVALID_RESOURCE")]
    [InlineData("<type value=\"rest-hook\"/>", "<type value=\"sms\"/>", 422, "INVALID_RESOURCE")]
    [InlineData("<type value=\"rest-hook\"/>", "<type value=\"message\"/>", 422, "INVALID_RESOURCE")]
    [InlineData("hooks.example.nhs.uk", "evil.example", 422, "INVALID_RESOURCE")]
    [InlineData("Organization/T8T9T", "Organization/NOBODY", 404, "ORGANISATION_NOT_FOUND")]
    [InlineData("Organization/T8T9T", "Organization/Y12345", 403, "ASID_CHECK_FAILED")]
    [InlineData("MessageHeader.event=newborn-hearing-1", "MessageHeader.event=newborn-hearing-7", 400, "INVALID_CODE_VALUE")]
    [InlineData("type=message", "type=batch", 422, "INVALID_PARAMETER")]
    [InlineData("MessageHeader.event=", "MessageHeader.events=", 422, "INVALID_PARAMETER")]
    [InlineData("MessageHeader.event=newborn-hearing-1", "MessageHeader.event=newborn-hearing-1&amp;Patient.age=ge7", 422, "INVALID_PARAMETER")]
    [InlineData("MessageHeader.event=newborn-hearing-1", "MessageHeader.event=newborn-hearing-1&amp;subscriptionRuleType=HSS", 422, "INVALID_PARAMETER")]
    [InlineData("<channel>", "<tag><code value=\"x\"/></tag><channel>", 400, "INVALID_ELEMENT")]
    [InlineData("<channel>", "<error value=\"x\"/><channel>", 400, "INVALID_ELEMENT")]
    public async Task A_broken_rule_has_its_code_and_status(string what, string by, int status, string code)
    {
        var xml = Xml();
        Assert.Contains(what, xml, StringComparison.Ordinal);

        var answer = await ACall.Create(xml.Replace(what, by, StringComparison.Ordinal)).SendAsync(service.Address);

        Assert.True(answer.Status == status, answer.ToString());
        Assert.Contains(code, answer.Codes());
    }

    [Theory]
    [InlineData("9990000019")]
    [InlineData("999000001")]
    public async Task A_wrong_NHS_number_in_the_criteria_is_a_400(string number)
    {
        var answer = await ACall.Create(Xml(number)).SendAsync(service.Address);

        Assert.Equal((400, "INVALID_NHS_NUMBER"), (answer.Status, answer.Codes().Single()));
    }

    [Theory]
    [InlineData("Patient.identifier=https://fhir.nhs.uk/Id/nhs-number|9990000018&MessageHeader.event=vaccinations-1")]
    [InlineData("subscriptionRuleType=GP_GP_GP&Organization.identifier=B86056&MessageHeader.event=newborn-hearing-1")]
    public async Task What_is_not_granted_is_a_403(string criteria)
    {
        var xml = NemsClient.SubscriptionXml($"/Bundle?type=message&{criteria}", "Y12345", "rest-hook", "https://hooks.example.nhs.uk/in");

        var answer = await ACall.Create(xml, asid: TestRegistry.OtherSubscriber, organisation: "Y12345").SendAsync(service.Address);

        Assert.Equal((403, "ACCESS_DENIED"), (answer.Status, answer.Codes().Single()));
        Assert.Equal("forbidden", answer.Issues()[0].Type);
    }

    [Fact]
    public async Task Faults_of_several_kinds_are_one_answer_with_the_status_of_the_first()
    {
        var xml = Xml("1234567890").Replace("requested", "active", StringComparison.Ordinal).Replace("Organization/T8T9T", "Organization/Y12345", StringComparison.Ordinal);

        var answer = await ACall.Create(xml).SendAsync(service.Address);

        Assert.Equal(403, answer.Status);
        Assert.Superset(new HashSet<string?> { "ASID_CHECK_FAILED", "INVALID_NHS_NUMBER", "INVALID_RESOURCE" }, answer.Codes().ToHashSet());
    }

    [Fact]
    public async Task Without_a_content_type_a_create_is_XML() =>
        Assert.Equal(201, (await ACall.Create(Xml()).Without("Content-Type").SendAsync(service.Address)).Status);

    [Theory]
    [InlineData("PUT", "/STU3/Subscription/00000000000000000000000000000000")]
    [InlineData("PATCH", "/STU3/Subscription/00000000000000000000000000000000")]
    [InlineData("POST", "/STU3/Subscription/00000000000000000000000000000000")]
    [InlineData("GET", "/STU3/Subscription")]
    [InlineData("GET", "/STU3/Subscription?criteria=x")]
    [InlineData("PUT", "/STU3/Subscription")]
    [InlineData("DELETE", "/STU3/Subscription")]
    public async Task What_is_not_offered_is_a_501(string method, string path)
    {
        var answer = await ACall.Of("read").Change(call => (call.Method, call.Path) = (method, path)).SendAsync(service.Address);

        Assert.Equal((501, "NOT_IMPLEMENTED"), (answer.Status, answer.Codes().Single()));
        Assert.Equal("not-supported", answer.Issues()[0].Type);
    }

    [Theory]
    [InlineData("GET", "/STU3/Patient", 404, "NO_RECORD_FOUND")]
    [InlineData("POST", "/R4/Bundle", 404, "NO_RECORD_FOUND")]
    [InlineData("GET", "/", 404, "NO_RECORD_FOUND")]
    [InlineData("GET", "/nothing/here", 404, "NO_RECORD_FOUND")]
    [InlineData("GET", "/STU3/Events/1/$process-message", 501, "NOT_IMPLEMENTED")]
    [InlineData("PUT", "/R4/$process-message", 501, "NOT_IMPLEMENTED")]
    public async Task An_unknown_path_or_method_is_answered_with_an_outcome(string method, string path, int status, string code)
    {
        var answer = await ACall.Of("read").Change(call => (call.Method, call.Path) = (method, path)).SendAsync(service.Address);

        Assert.Equal((status, code), (answer.Status, answer.Codes().Single()));
    }

    private static string Xml(string nhsNumber = Patients.Jo) => NemsClient.SubscriptionXml(
        $"/Bundle?type=message&Patient.identifier={NhsNumber.System}|{nhsNumber}&MessageHeader.event=newborn-hearing-1",
        "T8T9T", "rest-hook", $"https://hooks.example.nhs.uk/in/{Interlocked.Increment(ref given)}");

    private static string WithoutId(Answer answer) => OutcomeId().Replace(answer.Text, "");

    private static IEnumerable<string> HeaderNames(Answer answer) => answer.Head.Split("\r\n").Skip(1).Select(line => line.Split(':')[0]).Order(StringComparer.Ordinal);

    [GeneratedRegex("<id value=\"[^\"]*\" ?/>")]
    private static partial Regex OutcomeId();
}
