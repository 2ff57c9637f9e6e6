using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Deliver;
using Nems.Core.Publish;
using Nems.Embedded;
using Nems.Testing;

namespace Nems.Contract.Tests.Embedded;

/// <summary>The writer: what may wait is bounded, and a write that fails fails alone.</summary>
public sealed class WriterTests
{
    private static readonly Destination Hook = ADestination.Webhook();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_disk_does_not_answer_more_than_may_wait_is_busy_and_what_waits_is_accepted_afterwards()
    {
        await using var backend = new SqliteBackend(null, "Nems:WaitingWrites=8");
        await backend.StartAsync();
        var held = await HoldAsync(backend);

        var waiting = Enumerable.Range(0, 8).Select(_ => backend.AcceptAsync(AnEvent.Death(), Hook)).ToArray();
        var oneMore = await backend.AcceptAsync(AnEvent.Death(), Hook);
        held.Release();
        var outcomes = await Task.WhenAll(waiting);

        Assert.True(Assert.IsType<AcceptOutcome.Busy>(oneMore).RetryAfter > TimeSpan.Zero);
        Assert.Equal(Enumerable.Range(1, 8).Select(place => (long)place), outcomes.Select(outcome => outcome.Place().Value));
        Assert.Equal(9, (await backend.AcceptAsync(AnEvent.Death(), Hook)).Place().Value);
        Assert.Equal(9, (await backend.Deliveries.ListAsync(Hook.Id, 0, 100, Cancel))[^1].Number);
    }

    [Fact]
    public async Task What_waits_is_bounded_in_bytes_too()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        var held = await HoldAsync(backend);
        var writer = backend.Services.GetRequiredService<Writer>();
        var large = writer.TryRunAsync(new LargeWrite(255 * 1024 * 1024));
        Assert.NotNull(large);

        var tooMuch = await backend.AcceptAsync(AnEvent.Death() with { Body = new byte[3 * 1024 * 1024] }, Hook);
        var small = backend.AcceptAsync(AnEvent.Death(), Hook);
        held.Release();

        Assert.IsType<AcceptOutcome.Busy>(tooMuch);
        Assert.True(await large);
        Assert.IsType<AcceptOutcome.Accepted>(await small);
        Assert.IsType<AcceptOutcome.Accepted>(await backend.AcceptAsync(AnEvent.Death() with { Body = new byte[3 * 1024 * 1024] }, Hook));
    }

    [Fact]
    public async Task Outcomes_are_taken_while_publishing_is_turned_away()
    {
        await using var backend = new SqliteBackend(null, "Nems:WaitingWrites=1");
        await backend.StartAsync();
        var accepted = AnEvent.Death();
        var place = (await backend.AcceptAsync(accepted, Hook)).Place();
        var id = new DeliveryId(accepted.Id, Hook.Id);
        var held = await HoldAsync(backend);

        var waiting = backend.AcceptAsync(AnEvent.Death(), Hook);
        var turnedAway = await backend.AcceptAsync(AnEvent.Death(), Hook);
        var recorded = backend.Deliveries.RecordAsync(AnAttempt.Delivered(id, place), Cancel);
        held.Release();
        await recorded;

        Assert.IsType<AcceptOutcome.Busy>(turnedAway);
        Assert.IsType<AcceptOutcome.Accepted>(await waiting);
        Assert.Equal(DeliveryState.Delivered, (await backend.Deliveries.ReadAsync(id, Cancel))!.State);
    }

    [Fact]
    public async Task A_write_that_fails_does_not_hurt_the_others_of_its_batch()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        var held = await HoldAsync(backend);

        var before = backend.AcceptAsync(AnEvent.Death(), Hook);
        var faulty = backend.Services.GetRequiredService<Writer>().RunAsync(new FaultyWrite());
        var after = backend.AcceptAsync(AnEvent.Death(), Hook);
        held.Release();

        await Assert.ThrowsAsync<FormatException>(() => faulty);
        Assert.Equal((1L, 2L), ((await before).Place().Value, (await after).Place().Value));
        Assert.Equal([1L, 2L], (await backend.Deliveries.ListAsync(Hook.Id, 0, 10, Cancel)).Select(record => record.Number));
        Assert.True(backend.Events.IsWritable);
    }

    [Fact]
    public async Task An_accept_that_cannot_be_kept_whole_is_not_kept_at_all_and_is_no_fault_of_the_disk()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        var other = ADestination.Webhook("other");
        var impossible = AnEvent.Death();
        var held = await HoldAsync(backend);

        var before = backend.AcceptAsync(AnEvent.Death(), Hook, other);
        var twice = backend.AcceptAsync(impossible, other, Hook, Hook);
        var after = backend.AcceptAsync(AnEvent.Death(), other, Hook);
        held.Release();

        await Assert.ThrowsAsync<InvalidOperationException>(() => twice);
        Assert.Equal((1L, 2L), ((await before).Place().Value, (await after).Place().Value));
        Assert.True(backend.Events.IsWritable);
        Assert.Empty(await backend.Audit.ReadAsync(impossible.Id, 10, Cancel));
        foreach (var destination in new[] { Hook, other })
            Assert.Equal([1L, 2L], (await backend.Deliveries.ListAsync(destination.Id, 0, 10, Cancel)).Select(record => record.Number));
    }

    [Fact]
    public async Task More_than_a_batch_holds_is_committed_in_order()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        var held = await HoldAsync(backend);

        var waiting = Enumerable.Range(0, 700).Select(_ => backend.AcceptAsync(AnEvent.Death(), Hook)).ToArray();
        held.Release();
        var outcomes = await Task.WhenAll(waiting);

        Assert.Equal(Enumerable.Range(1, 700).Select(place => (long)place), outcomes.Select(outcome => outcome.Place().Value));
    }

    [Fact]
    public async Task What_waits_when_the_store_closes_is_committed_first()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        var held = await HoldAsync(backend);
        var waiting = Enumerable.Range(0, 20).Select(_ => backend.AcceptAsync(AnEvent.Death(), Hook)).ToArray();

        var stopping = Task.Run(backend.StopAsync, Cancel);
        held.Release();
        await stopping;
        await Task.WhenAll(waiting);
        await backend.StartAsync();

        Assert.Equal(20, (await backend.Deliveries.ListAsync(Hook.Id, 0, 100, Cancel)).Count);
    }

    private static async Task<HeldWrite> HoldAsync(SqliteBackend backend)
    {
        var held = new HeldWrite();
        _ = backend.Services.GetRequiredService<Writer>().RunAsync(held);
        await held.Held;
        return held;
    }
}
