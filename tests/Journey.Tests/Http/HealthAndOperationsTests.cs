using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Nems.Core.Events;
using Nems.Core.Match;
using Nems.Core.Ports;
using Nems.Core.Publish;
using Nems.Testing;

namespace Nems.Journey.Tests.Http;

public sealed class HealthAndOperationsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_can_work_is_live_and_ready()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);

        Assert.Equal("live", await nems.Client.Http.GetStringAsync("/health/live", Cancel));
        Assert.Equal("ready", await nems.Client.Http.GetStringAsync("/health/ready", Cancel));
    }

    [Fact]
    public async Task A_service_whose_store_cannot_write_is_live_but_not_ready()
    {
        await using var nems = await NemsUnderTest.StartAsync([], configure: builder => builder.Services.AddSingleton<IEventStore, FullStore>());

        using var live = await nems.Client.Http.GetAsync("/health/live", Cancel);
        using var ready = await nems.Client.Http.GetAsync("/health/ready", Cancel);
        using var publish = await nems.Client.PostEventAsync(Message.Hearing);

        Assert.Equal((200, 503), ((int)live.StatusCode, (int)ready.StatusCode));
        Assert.Equal(503, (int)publish.StatusCode);
        Assert.Equal("7", publish.Headers.GetValues("Retry-After").Single());
    }

    [Theory]
    [InlineData("GET", "/ops/destinations", null)]
    [InlineData("GET", "/ops/destinations", "Bearer wrong-key-of-the-tests-0123456789")]
    [InlineData("GET", "/ops/destinations", "Basic b3BzOm9wcw==")]
    [InlineData("POST", "/ops/endpoints/00000000000000000000000000000000/rotate-secret", null)]
    public async Task Without_an_operators_key_nothing_is_shown(string method, string path, string? authorization)
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var answer = await nems.Client.Http.SendAsync(request, Cancel);

        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_rotated_secret_signs_beside_the_old_one_for_a_day_and_then_alone()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 9, 0, 0, TimeSpan.Zero));
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], clock);
        var (_, old) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());

        var destination = await PublishAndSettleAsync(nems, subscriber, 1);
        var rotated = await OperateAsync(nems, HttpMethod.Post, $"/ops/endpoints/{destination}/rotate-secret");
        var fresh = (string)JsonNode.Parse(await rotated.ReadAsStringAsync(Cancel))!["secret"]!;
        await PublishAndSettleAsync(nems, subscriber, 2);
        clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        await PublishAndSettleAsync(nems, subscriber, 3);
        clock.Advance(TimeSpan.FromSeconds(2));
        await PublishAndSettleAsync(nems, subscriber, 4);

        Assert.Equal([true, true, true, false], subscriber.All.Select(request => request.IsSignedWith(old!)));
        Assert.Equal([false, true, true, true], subscriber.All.Select(request => request.IsSignedWith(fresh)));
    }

    [Fact]
    public async Task An_unknown_endpoint_has_no_secret_to_rotate()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        foreach (var id in new[] { "00000000000000000000000000000000", "nonsense" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/ops/endpoints/{id}/rotate-secret");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + TestRegistry.OperatorKey);

            using var answer = await nems.Client.Http.SendAsync(request, Cancel);

            Assert.Equal(404, (int)answer.StatusCode);
        }
    }

    /// <summary>Publishes and waits until the service itself knows of the answer: a clock that is put on before would cut the attempt off. Gives the one destination.</summary>
    private static async Task<string> PublishAndSettleAsync(NemsUnderTest nems, FakeSubscriber subscriber, int received)
    {
        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await subscriber.ReceivesAsync(received);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var lane = JsonNode.Parse(await (await OperateAsync(nems, HttpMethod.Get, "/ops/destinations")).ReadAsStringAsync(deadline.Token))!.AsArray().Single()!;
            if ((int)lane["inFlight"]! == 0 && (int)lane["waiting"]! == 0) return (string)lane["destination"]!;
        }
    }

    private static async Task<HttpContent> OperateAsync(NemsUnderTest nems, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + TestRegistry.OperatorKey);
        var answer = await nems.Client.Http.SendAsync(request, Cancel);
        Assert.Equal(200, (int)answer.StatusCode);
        return answer.Content;
    }

    /// <summary>A store whose disk is full.</summary>
    private sealed class FullStore : IEventStore
    {
        public bool IsWritable => false;

        public ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(Place place, CancellationToken cancel) => throw new StoreUnavailableException();

        public Task<AcceptOutcome> AcceptAsync(NewEvent newEvent, IReadOnlyList<PlannedDelivery>? deliveries, IdempotencyClaim? claim, CancellationToken cancel) =>
            Task.FromResult<AcceptOutcome>(new AcceptOutcome.Busy(TimeSpan.FromSeconds(7)));

        public Task MatchAsync(UnmatchedEvent unmatched, MatchFacts facts, IReadOnlyList<PlannedDelivery> deliveries, long rightsVersion, CancellationToken cancel) =>
            throw new StoreUnavailableException();

        public ValueTask<IReadOnlyList<UnmatchedEvent>> UnmatchedAsync(Place after, int limit, CancellationToken cancel) => ValueTask.FromResult<IReadOnlyList<UnmatchedEvent>>([]);

        public void HandOverTo(IUnmatchedInbox inbox)
        {
        }
    }
}
