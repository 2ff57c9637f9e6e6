using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Ports;
using Nems.Core.Subscribe;
using Nems.Testing;

namespace Nems.Journey.Tests.Subscriptions;

/// <summary>Subscriptions for trials of scale: as many as asked for, and each as good as if it had been posted.</summary>
public sealed class SeedTests
{
    private const string FirstNumber = "9000000009";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_seed_stores_as_many_as_were_asked_for_and_a_second_one_as_many_again()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);

        var (first, second) = (await SeedAsync(nems, subscriber, 2500, 30), await SeedAsync(nems, subscriber, 2500, 0));

        Assert.Equal([30, 30 + 25, 30 + 25 + 2000, 30 + 2500], first.SkipLast(1).Select(Stored));
        Assert.Equal("""{"done":true,"explicit":2475,"generic":25,"rules":30}""", first[^1].ToJsonString());
        Assert.Equal(2500, second.Max(Stored));
        var found = 0;
        foreach (var number in Numbers(4950)) found += (await CandidatesAsync(nems, nems.KeyOf(number))).Count;
        Assert.Equal(4950, found);
    }

    [Fact]
    public async Task What_was_seeded_is_read_by_its_owner_matches_and_is_a_duplicate_when_posted()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        await SeedAsync(nems, subscriber, 300, 0);
        var explicitOne = Assert.Single(await CandidatesAsync(nems, nems.KeyOf(FirstNumber)));
        var generic = Assert.Single(await CandidatesAsync(nems, $"gp:Z00000:{EventType.BloodSpot.Code}"));

        foreach (var seeded in new[] { explicitOne, generic })
        {
            using var read = await nems.Client.GetSubscriptionAsync(seeded.Id.ToString());
            Assert.Equal(200, (int)read.StatusCode);
            var text = await read.Content.ReadAsStringAsync(Cancel);
            Assert.Contains("<status value=\"active\"", text, StringComparison.Ordinal);
            Assert.Contains(seeded == generic ? "Organization.identifier=Z00000" : $"|{FirstNumber}&amp;", text, StringComparison.Ordinal);

            var again = Regex.Replace(text, """<id value="[0-9a-f]{32}" ?/>""", "").Replace("\"active\"", "\"requested\"", StringComparison.Ordinal);
            using var answer = await nems.Client.PostSubscriptionAsync(again);
            var words = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(words.Contains($"subscription already exists : {seeded.Id}", StringComparison.Ordinal), words);
        }

        var accepted = await nems.Client.PublishAsync(Message.Death.About(FirstNumber));
        await nems.UntilAsync(accepted, explicitOne.Destination.Id, delivery => delivery.State == DeliveryState.Delivered);
        Assert.Equal([explicitOne.Id.ToString()], subscriber.All.Select(request => request.Headers["Nems-Subscriptions"]));
    }

    [Fact]
    public async Task Covering_rules_all_stand_under_the_keys_of_everybody_and_want_nobody_under_100()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);

        await SeedAsync(nems, subscriber, 0, 2000);

        foreach (var type in EventType.All)
        {
            var found = await CandidatesAsync(nems, $"gp:B86056:{type.Code}");
            Assert.Equal(200, found.Count);
            Assert.Equal(200, found.DistinctBy(rule => rule.Tag).Count());
            Assert.DoesNotContain(found, rule => rule.Ages.All(age => age.Holds(99)));
        }
    }

    [Theory]
    [InlineData("""{"subscriptions":-1}""")]
    [InlineData("""{"subscriptions":10,"organisation":"NOBODY"}""")]
    [InlineData("""{"subscriptions":10,"endpoint":"https://elsewhere.example/"}""")]
    [InlineData("""{"subscriptions":10,"ruleType":"NO_SUCH_RULE"}""")]
    public async Task What_a_create_would_refuse_is_refused_and_nothing_is_stored(string request)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        var body = JsonNode.Parse(request)!.AsObject();
        body.TryAdd("endpoint", subscriber.Url());

        using var answer = await PostAsync(nems, body, TestRegistry.OperatorKey);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains("error", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(await CandidatesAsync(nems, nems.KeyOf(FirstNumber)));
    }

    [Fact]
    public async Task Only_an_operator_seeds_and_only_in_development()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var development = await NemsUnderTest.StartAsync([subscriber]);
        await using var production = await NemsUnderTest.StartAsync([subscriber], settings: ["environment=Production", "Nems:Auth:Scheme=Spine"]);

        using var stranger = await PostAsync(development, new JsonObject { ["subscriptions"] = 1 }, "not-an-operator");
        using var absent = await PostAsync(production, new JsonObject { ["subscriptions"] = 1 }, TestRegistry.OperatorKey);

        Assert.Equal([401, 404], [(int)stranger.StatusCode, (int)absent.StatusCode]);
    }

    private static int Stored(JsonNode line) => (int?)line["stored"] ?? 0;

    private static IEnumerable<string> Numbers(int count) => Enumerable.Range(0, int.MaxValue).Select(index => (9_000_000_000 + index).ToString(System.Globalization.CultureInfo.InvariantCulture))
        .Where(text => NhsNumber.TryParse(text, out _)).Take(count);

    private static async Task<List<Subscription>> CandidatesAsync(NemsUnderTest nems, string key)
    {
        List<Subscription> found = [];
        await nems.Services.GetRequiredService<ISubscriptionStore>().CandidatesAsync([key], found, Cancel);
        return found;
    }

    private static async Task<List<JsonNode>> SeedAsync(NemsUnderTest nems, FakeSubscriber subscriber, int subscriptions, int rules)
    {
        var body = new JsonObject { ["subscriptions"] = subscriptions, ["rules"] = rules, ["endpoint"] = subscriber.Url() };
        using var answer = await PostAsync(nems, body, TestRegistry.OperatorKey);
        Assert.Equal(200, (int)answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private static async Task<HttpResponseMessage> PostAsync(NemsUnderTest nems, JsonObject body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/seed");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content = JsonContent.Create(body);
        return await nems.Client.Http.SendAsync(request, Cancel);
    }
}

/// <summary>Keys as the running service makes them.</summary>
internal static class KeysOfService
{
    internal static string KeyOf(this NemsUnderTest nems, string number) => NhsNumber.TryParse(number, out var parsed)
        ? KeyedHash.ExplicitMatchKey(nems.Services.GetRequiredService<KeyedHash>().Patient(parsed))
        : throw new ArgumentException("No NHS number.", nameof(number));
}
