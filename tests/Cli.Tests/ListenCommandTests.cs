using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Nems.Cli.Messages;
using NSec.Cryptography;

namespace Nems.Cli.Tests;

public sealed class ListenCommandTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Delivery = "01890a5dac96774bbcceb302099a8057-00112233445566778899aabbccddeeff";

    [Fact]
    public async Task A_good_a_bad_and_a_repeated_webhook_are_told_apart()
    {
        await using var listening = await Listening.StartAsync("--secret", Secret, "--count", "3");

        var good = await listening.SendAsync(Delivery, Secret);
        var bad = await listening.SendAsync("other-id", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        var again = await listening.SendAsync(Delivery, Secret);
        var ran = await listening.EndAsync();

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK], [good, bad, again]);
        Assert.Equal(1, ran.Exit);
        var lines = ran.Json.Skip(1).ToList();
        Assert.Equal(["Verified", "Wrong", "Verified"], lines.Select(line => (string?)line["signature"]));
        Assert.Equal([false, false, true], lines.Select(line => (bool?)line["repeat"]));
        Assert.Equal("vaccinations-1", (string?)lines[0]["eventType"]);
        Assert.Equal("01890a5dac96774bbcceb302099a8057", (string?)lines[0]["eventId"]);
        Assert.Equal("7", (string?)lines[0]["sequence"]);
        Assert.Equal("sub1|tag", (string?)lines[0]["subscriptions"]);
    }

    [Fact]
    public async Task What_is_written_holds_nothing_of_the_patient()
    {
        await using var listening = await Listening.StartAsync("--count", "1");

        await listening.SendAsync(Delivery, Secret);
        var ran = await listening.EndAsync();

        Assert.Equal(0, ran.Exit);
        Assert.DoesNotContain("9990000026", ran.Output + ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("TREMBATH", ran.Output + ran.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_failing_receiver_can_be_played()
    {
        await using var listening = await Listening.StartAsync("--status", "503", "--count", "1");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await listening.SendAsync(Delivery, Secret));
        Assert.Equal(503, (int?)(await listening.EndAsync()).Json[1]["answered"]);
    }

    [Fact]
    public async Task Bodies_are_saved_as_they_came_under_names_that_the_sender_cannot_choose()
    {
        var directory = Directory.CreateTempSubdirectory("listen-test-");
        await using var listening = await Listening.StartAsync("--count", "1", "--save", directory.FullName);

        await listening.SendAsync("../../evil", Secret);
        await listening.EndAsync();

        var saved = Assert.Single(directory.GetFiles());
        Assert.Equal(Sample.Find("vaccinations-1.given"), await File.ReadAllBytesAsync(saved.FullName, TestContext.Current.CancellationToken));
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task The_public_keys_can_come_from_the_service()
    {
        using var pair = Key.Create(SignatureAlgorithm.Ed25519);
        var text = "whpk_" + Convert.ToBase64String(pair.PublicKey.Export(KeyBlobFormat.RawPublicKey));
        await using var service = await FakeService.StartAsync(context => context.Response.WriteAsync(new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["key"] = text }) }.ToJsonString()));
        await using var listening = await Listening.StartAsync("--count", "1", "--url", service.Url);

        var answer = await listening.SendAsync(Delivery, (content) => "v1a," + Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(pair, content)));
        var ran = await listening.EndAsync();

        Assert.Equal("/.well-known/webhook-keys.json", Assert.Single(service.Requests).Path);
        Assert.Equal(HttpStatusCode.OK, answer);
        Assert.Equal("Verified", (string?)ran.Json[1]["signature"]);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_clearly()
    {
        await using var listening = await Listening.StartAsync("--count", "1");

        var ran = await Ran.Async("listen", "--port", listening.Port, "--json");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("is taken", (string?)Assert.Single(ran.Json)["error"], StringComparison.Ordinal);
        await listening.SendAsync(Delivery, Secret);
        await listening.EndAsync();
    }

    [Theory]
    [InlineData("--status", "99")]
    [InlineData("--status", "600")]
    [InlineData("--port", "70000")]
    [InlineData("--count", "-1")]
    [InlineData("--secret", "whsec_!")]
    [InlineData("--key", "whpk_AAAA")]
    public async Task Values_out_of_range_end_with_2(string option, string value)
    {
        Assert.Equal(2, (await Ran.Async("listen", option, value)).Exit);
    }
}
