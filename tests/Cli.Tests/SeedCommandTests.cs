using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Nems.Cli.Demonstration;

namespace Nems.Cli.Tests;

public sealed class SeedCommandTests
{
    [Fact]
    public async Task It_asks_for_what_was_said_and_tells_what_was_stored()
    {
        await using var service = await FakeService.StartAsync(context => context.Response.WriteAsync(
            """
            {"stored":2000,"of":3010}
            {"stored":3010,"of":3010}
            {"done":true,"explicit":2970,"generic":30,"rules":10}

            """));

        var ran = await Ran.Async("seed", "--subscriptions", "3000", "--rules", "10", "--code", "A81001", "--key", "mine", "--url", service.Url, "--json");

        Assert.Equal(0, ran.Exit);
        var told = Assert.Single(ran.Json);
        Assert.Equal((2970, 30, 10), ((int?)told["explicit"], (int?)told["generic"], (int?)told["rules"]));
        var sent = Assert.Single(service.Requests);
        Assert.Equal(("POST", "/ops/seed", "Bearer mine"), (sent.Method, sent.Path, sent.Headers["Authorization"]));
        Assert.Equal("""{"subscriptions":3000,"rules":10,"ruleType":"GP_GP_GP","code":"A81001"}""", JsonNode.Parse(Encoding.UTF8.GetString(sent.Body))!.ToJsonString());
    }

    [Theory]
    [InlineData(401, "", "operator key was refused")]
    [InlineData(404, "", "in Development alone")]
    [InlineData(500, "", "HTTP 500")]
    [InlineData(400, """{"error":"Not this one."}""", "Not this one.")]
    [InlineData(200, """{"stored":2000,"of":3000}""", "stopped before it was done")]
    [InlineData(200, "<html>", "did not answer to the end")]
    public async Task Whatever_keeps_it_from_seeding_is_said_and_is_a_failure(int status, string answer, string words)
    {
        await using var service = await FakeService.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(answer);
        });

        var ran = await Ran.Async("seed", "--subscriptions", "3000", "--url", service.Url, "--json");

        Assert.Equal(1, ran.Exit);
        Assert.Contains(words, (string?)Assert.Single(ran.Json)["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("seed", "--subscriptions", "-1")]
    [InlineData("seed", "--subscriptions", "many")]
    [InlineData("bench", "match", "--sizes", "1000,100")]
    [InlineData("bench", "match", "--sizes", "50")]
    public async Task What_makes_no_sense_is_not_understood(params string[] args)
    {
        Assert.Equal(2, (await Ran.Async(args)).Exit);
    }
}

/// <summary>Tests that hold the one port at which the sample registry allows webhooks.</summary>
[CollectionDefinition(nameof(ReceiverPort), DisableParallelization = true)]
public sealed class ReceiverPort;

[Collection(nameof(ReceiverPort))]
public sealed class MatchBenchTests
{
    [Fact]
    public async Task The_bench_of_matching_seeds_measures_and_loses_nothing()
    {
        Assert.SkipUnless(IsFree(), "port 18777 on 127.0.0.1 is taken by another program");

        var ran = await Ran.Async("bench", "match", "--sizes", "200", "--rules", "20", "--events", "100", "--runs", "1", "--connections", "4", "--json");

        Assert.True(ran.Exit == 0, ran.Output + ran.Error);
        Assert.Equal([0, 20], ran.Json.Select(line => (int)line["rules"]!));
        Assert.All(ran.Json, line =>
        {
            Assert.Equal((200, 0), ((int)line["subscriptions"]!, (int)line["lost"]!));
            foreach (var measured in new[] { "noMatchMicroseconds", "oneMatchMicroseconds", "memoryMegabytes", "startSeconds", "storeMegabytes" }) Assert.True((double)line[measured]! > 0, measured);
        });
    }

    private static bool IsFree()
    {
        try
        {
            using var listener = new TcpListener(System.Net.IPAddress.Loopback, Script.ReceiverPort);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
