using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Audit;
using Nems.Core.Deliver;
using Nems.Core.Ports;
using Nems.Testing;
using EventId = Nems.Core.Events.EventId;

namespace Nems.Journey.Tests.Delivering;

public sealed class HostileEndpointTests
{
    private const long MuchMemory = 256L * 1024 * 1024;
    private static readonly string[] Quick = [.. Given.Schedule("00:00:00.1", "00:00:00.1"), "Nems:Webhook:Timeout=00:00:01"];

    private static readonly Dictionary<string, Func<NetworkStream, CancellationToken, Task>> Endpoints = new()
    {
        ["hang"] = HostileEndpoint.HangAsync,
        ["drip"] = HostileEndpoint.DripAsync,
        ["endless body"] = HostileEndpoint.EndlessAsync,
        ["endless headers"] = HostileEndpoint.EndlessHeadersAsync,
        ["early close"] = HostileEndpoint.EarlyCloseAsync,
        ["reset"] = HostileEndpoint.ResetAsync,
    };

    [Theory]
    [InlineData("hang", AttemptOutcome.Unreachable, null, "timeout")]
    [InlineData("drip", AttemptOutcome.Unreachable, null, "timeout")]
    [InlineData("endless body", AttemptOutcome.NotNow, 503, null)]
    [InlineData("endless headers", AttemptOutcome.Unreachable, null, "reply-too-large")]
    [InlineData("early close", AttemptOutcome.Unreachable, null, "ended")]
    [InlineData("reset", AttemptOutcome.Unreachable, null, "ended")]
    public async Task Its_attempts_end_are_told_apart_and_retried_while_others_are_served(string kind, AttemptOutcome outcome, int? status, string? reason)
    {
        await using var hostile = new HostileEndpoint(Endpoints[kind]);
        await using var healthy = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([healthy], settings: Quick, ports: [hostile.Port]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, hostile.Url);
        await nems.Client.SubscribeAsync(Patients.Jo, healthy.Url());
        var memory = GC.GetTotalMemory(forceFullCollection: true);

        var accepted = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await healthy.UntilAsync(seen => seen.Count == 1);
        for (var copy = 1; copy < 5; copy++) await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo).Numbered(copy));
        await healthy.UntilAsync(seen => seen.Count == 5);
        await nems.UntilAsync(accepted, await nems.DestinationOfAsync(id), delivery => delivery is { State: DeliveryState.Dead, Attempts: 3 });

        var attempts = (await nems.Services.GetRequiredService<IAuditTrail>().ReadAsync(accepted, 100, TestContext.Current.CancellationToken))
            .Where(entry => entry.Action == AuditAction.AttemptMade && entry.Outcome != AttemptOutcome.Delivered).ToArray();
        Assert.Equal(3, attempts.Length);
        Assert.All(attempts, attempt => Assert.Equal((outcome, status, reason), (attempt.Outcome, attempt.Status, attempt.Reason)));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, MuchMemory);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_never_followed(int status)
    {
        await using var elsewhere = await FakeSubscriber.StartAsync();
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber, elsewhere], settings: Quick);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        subscriber.Answers(_ => subscriber.Begun.Count < 3 ? new Reply(status, Location: elsewhere.Url("stolen")) : new Reply(200));

        var accepted = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));

        await nems.UntilAsync(accepted, await nems.DestinationOfAsync(id), delivery => delivery.State == DeliveryState.Delivered);
        Assert.Equal([status, status, 200], subscriber.All.Select(request => request.Answered));
        Assert.All(subscriber.All, request => Assert.Equal("/hook", request.Path));
        Assert.Empty(elsewhere.Begun);
    }

    [Fact]
    public async Task A_success_with_an_endless_body_is_a_success()
    {
        await using var hostile = new HostileEndpoint(async (connection, cancel) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), cancel);
            while (true) await connection.WriteAsync("4\r\nxxxx\r\n"u8.ToArray(), cancel);
        });
        await using var nems = await NemsUnderTest.StartAsync([], settings: Quick, ports: [hostile.Port]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, hostile.Url);

        var accepted = await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));

        await nems.UntilAsync(accepted, await nems.DestinationOfAsync(id), delivery => delivery is { State: DeliveryState.Delivered, Attempts: 1 });
        Assert.Equal(1, hostile.Requests);
    }

    [Fact]
    public async Task Requests_that_hang_at_one_destination_stop_no_other_not_even_at_the_same_host()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock());
        var numbers = Patients.Numbers(40);
        foreach (var number in numbers)
        {
            await nems.Client.SubscribeAsync(number, subscriber.Url("hanging"));
            await nems.Client.SubscribeAsync(number, subscriber.Url("healthy"));
        }

        subscriber.Answers(async (request, cancel) =>
        {
            if (request.Path == "/hanging") await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            return 200;
        });
        List<EventId> accepted = [];
        foreach (var number in numbers) accepted.Add(await nems.Client.PublishAsync(Message.Hearing.About(number)));

        var received = await subscriber.UntilAsync(seen => seen.Count == 40);
        Assert.All(received, request => Assert.Equal("/healthy", request.Path));
        await Waiting.UntilAsync(() => subscriber.Begun.Count(request => request.Path == "/hanging") == 32, () => "fewer hang than the bound lets through");
    }
}
