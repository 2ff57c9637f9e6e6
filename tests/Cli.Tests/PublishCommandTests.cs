using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Nems.Cli.Messages;

namespace Nems.Cli.Tests;

public sealed class PublishCommandTests
{
    private const string EventId = "01890a5d-ac96-774b-bcce-b302099a8057";

    [Fact]
    public async Task A_supplier_event_goes_out_as_the_supplier_with_its_exact_bytes()
    {
        await using var service = await FakeService.StartAsync(Accept);

        var ran = await Ran.Async("publish", "--sample", "newborn-hearing-1.new", "--url", service.Url, "--json");

        var sent = Assert.Single(service.Requests);
        Assert.Equal("/STU3/Events/1/$process-message", sent.Path);
        Assert.Equal(Sample.Find("newborn-hearing-1.new"), sent.Body);
        Assert.Equal("urn:nhs:names:services:events:Newbornhearing.Write", sent.Headers["InteractionID"]);
        Assert.Equal("200000000161", sent.Headers["fromASID"]);
        Assert.Equal("111111111111", sent.Headers["toASID"]);
        Assert.StartsWith("application/fhir+xml", sent.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(0, ran.Exit);
        Assert.Equal(EventId, (string?)Assert.Single(ran.Json)["eventId"]);
    }

    [Fact]
    public async Task A_pds_event_goes_out_as_the_pds_publisher()
    {
        await using var service = await FakeService.StartAsync(Accept);

        await Ran.Async("publish", "--sample", "pds-death-notification-1.formal", "--url", service.Url);

        var sent = Assert.Single(service.Requests);
        Assert.Equal("477121000323", sent.Headers["fromASID"]);
        Assert.Equal("urn:nhs:names:services:events:Pdsdeathnotification.Write", sent.Headers["InteractionID"]);
        Assert.Equal("https://fhir.nhs.uk/Id/ods-organization-code|X26", Claim(sent, "requesting_organisation"));
    }

    [Theory]
    [InlineData("newborn-hearing-1.new.r4.json", "application/fhir+json; fhirVersion=4.0")]
    [InlineData("newborn-hearing-1.new.r4.xml", "application/fhir+xml; fhirVersion=4.0")]
    public async Task An_r4_event_goes_to_the_r4_face_under_its_own_type(string sample, string contentType)
    {
        await using var service = await FakeService.StartAsync(Accept);

        await Ran.Async("publish", "--sample", sample, "--url", service.Url);

        var sent = Assert.Single(service.Requests);
        Assert.Equal("/R4/$process-message", sent.Path);
        Assert.Equal(contentType, sent.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Caller_key_and_token_can_be_chosen()
    {
        await using var service = await FakeService.StartAsync(Accept);

        await Ran.Async("publish", "--sample", "vaccinations-1.given", "--url", service.Url, "--asid", "123", "--ods", "ABC", "--idempotency-key", "k-1");
        await Ran.Async("publish", "--sample", "vaccinations-1.given", "--url", service.Url, "--token", "a.b.c");

        var sent = service.Requests.ToArray();
        Assert.Equal("123", sent[0].Headers["fromASID"]);
        Assert.Equal("https://fhir.nhs.uk/Id/ods-organization-code|ABC", Claim(sent[0], "requesting_organisation"));
        Assert.Equal("k-1", sent[0].Headers["Idempotency-Key"]);
        Assert.Equal("Bearer a.b.c", sent[1].Headers["Authorization"]);
        Assert.False(sent[1].Headers.ContainsKey("Idempotency-Key"));
    }

    [Fact]
    public async Task Each_of_many_has_a_line_of_json_and_a_token_of_its_own()
    {
        await using var service = await FakeService.StartAsync(Accept);

        var ran = await Ran.Async("publish", "--sample", "vaccinations-1.given", "--sample", "nipe-outcome-1.new", "--count", "15", "--url", service.Url, "--json");

        Assert.Equal(30, ran.Json.Count);
        Assert.Equal(30, service.Requests.Select(sent => sent.Headers["Authorization"]).Distinct().Count());
        Assert.Equal(0, ran.Exit);
    }

    [Fact]
    public async Task A_refusal_fails_the_command_and_shows_what_the_service_found()
    {
        await using var service = await FakeService.StartAsync(context =>
        {
            context.Response.StatusCode = 422;
            return context.Response.WriteAsync("""<OperationOutcome xmlns="http://hl7.org/fhir"><issue><severity value="error"/><code value="invalid"/><details><coding><code value="INVALID_RESOURCE"/></coding></details><diagnostics value="The focus [is] missing"/></issue></OperationOutcome>""");
        });

        var forPrograms = await Ran.Async("publish", "--sample", "vaccinations-1.given", "--url", service.Url, "--json");
        var forPeople = await Ran.Async("publish", "--sample", "vaccinations-1.given", "--url", service.Url);

        Assert.Equal(1, forPrograms.Exit);
        var line = Assert.Single(forPrograms.Json);
        Assert.Equal(422, (int?)line["status"]);
        Assert.Equal("INVALID_RESOURCE", (string?)line["issues"]![0]!["code"]);
        Assert.Equal(1, forPeople.Exit);
        Assert.Contains("The focus [is] missing", forPeople.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_a_failure_in_words()
    {
        var service = await FakeService.StartAsync(Accept);
        var url = service.Url;
        await service.DisposeAsync();

        var ran = await Ran.Async("publish", "--sample", "vaccinations-1.given", "--url", url, "--json");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("did not answer", (string?)Assert.Single(ran.Json)["fault"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_event_message_is_not_sent()
    {
        await using var service = await FakeService.StartAsync(Accept);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "<Patient/>", TestContext.Current.CancellationToken);

        var ran = await Ran.Async("publish", file, "--url", service.Url, "--json");

        Assert.Equal(1, ran.Exit);
        Assert.Empty(service.Requests);
        Assert.NotNull(Assert.Single(ran.Json)["error"]);
        File.Delete(file);
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("publish", "--sample", "no-such-sample")]
    [InlineData("publish", "no-such-file.xml")]
    [InlineData("publish", "--sample", "vaccinations-1.given", "--count", "0")]
    [InlineData("publish", "--sample", "vaccinations-1.given", "--count", "many")]
    [InlineData("publish", "--sample", "vaccinations-1.given", "--url", "ftp://here")]
    [InlineData("publish", "--sample", "vaccinations-1.given", "--sample", "nipe-outcome-1.new", "--idempotency-key", "k")]
    [InlineData("publsh")]
    [InlineData()]
    public async Task What_is_not_understood_ends_with_2_and_writes_nothing_for_programs(params string[] args)
    {
        var ran = await Ran.Async(args);

        Assert.Equal(2, ran.Exit);
        Assert.Empty(ran.Output);
        Assert.NotEmpty(ran.Error);
    }

    [Fact]
    public async Task The_samples_can_be_listed()
    {
        var ran = await Ran.Async("publish", "--list-samples");

        Assert.Equal(0, ran.Exit);
        Assert.Equal(Sample.Names, ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static Task Accept(HttpContext context)
    {
        context.Response.StatusCode = 202;
        context.Response.Headers["Nems-Event-Id"] = EventId;
        return Task.CompletedTask;
    }

    private static string? Claim(Sent sent, string name) =>
        JsonElement.Parse(Base64Url.DecodeFromChars(sent.Headers["Authorization"].Split(' ')[1].Split('.')[1])).GetProperty(name).GetString();
}
