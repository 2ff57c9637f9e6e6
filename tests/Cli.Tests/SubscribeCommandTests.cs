using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Nems.Cli.Tests;

public sealed class SubscribeCommandTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";

    [Fact]
    public async Task An_explicit_webhook_subscription_is_written_as_the_resource_that_the_service_takes()
    {
        await using var service = await FakeService.StartAsync(Create);

        var ran = await Ran.Async(
            "subscribe", "--url", service.Url, "--json", "--organisation", "T8T9T", "--endpoint", "http://127.0.0.1:18777/nems", "--nhs-number", "9990000026",
            "--event", "newborn-hearing-1", "--event", "vaccinations-1", "--age", "lt19", "--age", "gt0", "--gp-registration", "RegisteredOnly", "--tag", "a|b",
            "--end", "2036-03-09T00:00:00Z", "--reason", "A child & a record", "--header", "X-Key: 1", "--secret", Secret, "--v1a");

        var sent = Assert.Single(service.Requests);
        Assert.Equal("/STU3/Subscription", sent.Path);
        Assert.Equal("200000000205", sent.Headers["fromASID"]);
        Assert.Equal("urn:nhs:names:services:clinicals-sync:SubscriptionsApiPost", sent.Headers["InteractionID"]);
        var resource = XDocument.Parse(Encoding.UTF8.GetString(sent.Body)).Root!;
        Assert.Equal(["meta", "status", "contact", "end", "reason", "criteria", "channel"], resource.Elements().Select(element => element.Name.LocalName));
        Assert.Equal("2036-03-09T00:00:00+00:00", Value(resource, "end"));
        Assert.Equal("A child & a record", Value(resource, "reason"));
        Assert.Equal(
            "/Bundle?type=message&Patient.identifier=https://fhir.nhs.uk/Id/nhs-number|9990000026&MessageHeader.event=newborn-hearing-1&MessageHeader.event=vaccinations-1&Patient.age=lt19&Patient.age=gt0&GPRegistration=RegisteredOnly&tag=a|b",
            Value(resource, "criteria"));
        var channel = resource.Element(Fhir + "channel")!;
        Assert.Equal("rest-hook", Value(channel, "type"));
        Assert.Equal("http://127.0.0.1:18777/nems", Value(channel, "endpoint"));
        Assert.Equal(
            ["X-Key: 1", $"webhook-secret: {Secret}", "webhook-signature-scheme: v1 v1a"],
            channel.Elements(Fhir + "header").Select(header => header.Attribute("value")!.Value));
        Assert.Equal("https://directory.spineservices.nhs.uk/STU3/Organization/T8T9T", Value(resource.Element(Fhir + "contact")!, "value"));
        Assert.Equal(0, ran.Exit);
        var line = Assert.Single(ran.Json);
        Assert.Equal("ea0a485187204b49b978bdcf7102388c", (string?)line["id"]);
        Assert.Equal("whsec_shown", (string?)line["secret"]);
    }

    [Fact]
    public async Task A_generic_mailbox_subscription_names_rule_and_code()
    {
        await using var service = await FakeService.StartAsync(Create);

        await Ran.Async("subscribe", "--url", service.Url, "--organisation", "T8T9T", "--mailbox", "T8T9TOT001", "--rule", "GP_GP_GP", "--code", "B86056", "--event", "vaccinations-1");

        var resource = XDocument.Parse(Encoding.UTF8.GetString(Assert.Single(service.Requests).Body)).Root!;
        Assert.Equal("/Bundle?type=message&subscriptionRuleType=GP_GP_GP&Organization.identifier=B86056&MessageHeader.event=vaccinations-1", Value(resource, "criteria"));
        Assert.Equal("message", Value(resource.Element(Fhir + "channel")!, "type"));
        Assert.Null(resource.Element(Fhir + "end"));
    }

    [Theory]
    [InlineData("explicit-webhook.xml", "/STU3/Subscription", "application/fhir+xml; fhirVersion=3.0")]
    [InlineData("explicit-mailbox.xml", "/STU3/Subscription", "application/fhir+xml; fhirVersion=3.0")]
    [InlineData("practice-births-webhook.json", "/R4/Subscription", "application/fhir+json; fhirVersion=4.0")]
    public async Task The_shipped_subscriptions_are_sent_as_they_are(string name, string path, string contentType)
    {
        await using var service = await FakeService.StartAsync(Create);
        var file = Path.Combine(AppContext.BaseDirectory, "Samples", "subscriptions", name);

        var ran = await Ran.Async("subscribe", "--file", file, "--url", service.Url);

        var sent = Assert.Single(service.Requests);
        Assert.Equal(path, sent.Path);
        Assert.Equal(contentType, sent.Headers["Content-Type"]);
        Assert.Equal(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), sent.Body);
        Assert.Equal(0, ran.Exit);
    }

    [Fact]
    public async Task All_stands_for_the_ten_event_types()
    {
        await using var service = await FakeService.StartAsync(Create);

        await Ran.Async("subscribe", "--url", service.Url, "--organisation", "T8T9T", "--mailbox", "M", "--nhs-number", "9990000026", "--event", "all");

        var criteria = Value(XDocument.Parse(Encoding.UTF8.GetString(Assert.Single(service.Requests).Body)).Root!, "criteria");
        Assert.Equal(10, criteria.Split("&MessageHeader.event=").Length - 1);
    }

    [Fact]
    public async Task Unsubscribing_deletes_by_id()
    {
        await using var service = await FakeService.StartAsync(_ => Task.CompletedTask);

        var ran = await Ran.Async("unsubscribe", "ea0a485187204b49b978bdcf7102388c", "--url", service.Url, "--json");

        var sent = Assert.Single(service.Requests);
        Assert.Equal("DELETE", sent.Method);
        Assert.Equal("/STU3/Subscription/ea0a485187204b49b978bdcf7102388c", sent.Path);
        Assert.Equal("urn:nhs:names:services:clinicals-sync:SubscriptionsApiDelete", sent.Headers["InteractionID"]);
        Assert.Equal(200, (int?)Assert.Single(ran.Json)["status"]);
    }

    [Theory]
    [InlineData("--organisation T8T9T --mailbox M --nhs-number 9990000026")]
    [InlineData("--organisation T8T9T --mailbox M --event vaccinations-1")]
    [InlineData("--organisation T8T9T --nhs-number 9990000026 --event vaccinations-1")]
    [InlineData("--mailbox M --nhs-number 9990000026 --event vaccinations-1")]
    [InlineData("--organisation T8T9T --mailbox M --endpoint https://a.example --nhs-number 9990000026 --event vaccinations-1")]
    [InlineData("--organisation T8T9T --mailbox M --nhs-number 9990000026 --rule GP_GP_GP --code B86056 --event vaccinations-1")]
    [InlineData("--organisation T8T9T --mailbox M --rule GP_GP_GP --event vaccinations-1")]
    [InlineData("--organisation T8T9T --mailbox M --rule GP_GP_GP --code B86056 --event vaccinations-1 --event nipe-outcome-1")]
    [InlineData("--organisation T8T9T --mailbox M --rule GP_GP_GP --code B86056 --event all")]
    [InlineData("--organisation T8T9T --mailbox M --rule HSS --code B86056 --event vaccinations-1")]
    [InlineData("--organisation T8T9T --mailbox M --nhs-number 9990000026 --event pds-person-death-1")]
    [InlineData("--organisation T8T9T --mailbox M --nhs-number 9990000026 --event vaccinations-1 --secret whsec_AAAA")]
    [InlineData("--organisation T8T9T --endpoint https://a.example --nhs-number 9990000026 --event vaccinations-1 --secret AAAA")]
    [InlineData("--organisation T8T9T --endpoint https://a.example --nhs-number 9990000026 --event vaccinations-1 --header nonsense")]
    [InlineData("--organisation T8T9T --endpoint not-an-address --nhs-number 9990000026 --event vaccinations-1")]
    [InlineData("--organisation T8T9T --mailbox M --nhs-number 9990000026 --event vaccinations-1 --age lt1 --age lt2 --age lt3")]
    [InlineData("--file no-such-file.xml")]
    public async Task Options_that_contradict_or_are_missing_end_with_2_before_anything_is_sent(string options)
    {
        await using var service = await FakeService.StartAsync(Create);

        var ran = await Ran.Async(["subscribe", .. options.Split(' '), "--url", service.Url]);

        Assert.Equal(2, ran.Exit);
        Assert.Empty(service.Requests);
        Assert.NotEmpty(ran.Error);
    }

    private static string Value(XElement element, string name) => element.Element(Fhir + name)!.Attribute("value")!.Value;

    private static Task Create(HttpContext context)
    {
        context.Response.StatusCode = 201;
        context.Response.Headers.Location = "http://127.0.0.1/STU3/Subscription/ea0a485187204b49b978bdcf7102388c";
        context.Response.Headers["Webhook-Secret"] = "whsec_shown";
        return Task.CompletedTask;
    }
}
