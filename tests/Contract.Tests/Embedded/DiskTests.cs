using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Deliver;
using Nems.Core.Ports;
using Nems.Core.Publish;
using Nems.Embedded;
using Nems.Testing;

namespace Nems.Contract.Tests.Embedded;

/// <summary>A disk that is full or refuses: publishing is answered busy, nothing is lost, and it ends by itself.</summary>
public sealed class DiskTests
{
    private static readonly Destination Hook = ADestination.Webhook();
    private static readonly byte[] Largest = new byte[3 * 1024 * 1024];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_answered_busy_until_there_is_room_for_an_event_again()
    {
        var probes = new CountedProbes();
        await using var backend = new SqliteBackend { Configure = services => services.AddSingleton<ICheckpoints>(probes) };
        await backend.StartAsync();
        for (var index = 0; index < 3; index++) Assert.IsType<AcceptOutcome.Accepted>(await backend.AcceptAsync(AnEvent.Death() with { Body = Largest }, Hook));
        var claim = AnEvent.SomeClaim();
        var refused = AnEvent.Death() with { Body = Largest };
        await backend.Services.GetRequiredService<Writer>().RunAsync(new FullDiskWrite());

        var full = await backend.Events.AcceptAsync(refused, [AnEvent.For(Hook)], claim, Cancel);
        var small = await backend.AcceptAsync(AnEvent.Death(), Hook);
        await Eventually.HoldsAsync(() => probes.Count >= 2, "the disk was probed and found full");

        Assert.IsType<AcceptOutcome.Busy>(full);
        Assert.IsType<AcceptOutcome.Busy>(small);
        Assert.False(backend.Events.IsWritable);
        Assert.Empty(await backend.Audit.ReadAsync(refused.Id, 10, Cancel));
        Assert.Equal(3, (await backend.Deliveries.ListAsync(Hook.Id, 0, 10, Cancel)).Count);

        MakeRoom(backend);
        await Eventually.HoldsAsync(() => backend.Events.IsWritable, "the store writes again");
        var again = await backend.Events.AcceptAsync(refused, [AnEvent.For(Hook)], claim, Cancel);

        Assert.Equal(4, again.Place().Value);
        Assert.Equal([1L, 2L, 3L, 4L], (await backend.Deliveries.ListAsync(Hook.Id, 0, 10, Cancel)).Select(record => record.Number));
    }

    [Fact]
    public async Task A_store_that_another_program_locks_is_busy_until_it_lets_go()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        var accepted = AnEvent.Death();
        var place = (await backend.AcceptAsync(accepted, Hook)).Place();
        var attempt = AnAttempt.Delivered(new DeliveryId(accepted.Id, Hook.Id), place);

        await using (var intruder = Open(backend))
        {
            Run(intruder, "BEGIN IMMEDIATE");
            Assert.IsType<AcceptOutcome.Busy>(await backend.AcceptAsync(AnEvent.Death(), Hook));
            Assert.False(backend.Events.IsWritable);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => backend.Deliveries.RecordAsync(attempt, Cancel));
            Assert.Equal(DeliveryState.Open, (await backend.Deliveries.ReadAsync(attempt.Id, Cancel))!.State);
            Run(intruder, "ROLLBACK");
        }

        await Eventually.HoldsAsync(() => backend.Events.IsWritable, "the store writes again");
        await backend.Deliveries.RecordAsync(attempt, Cancel);
        Assert.Equal(DeliveryState.Delivered, (await backend.Deliveries.ReadAsync(attempt.Id, Cancel))!.State);
        Assert.Equal(2, (await backend.AcceptAsync(AnEvent.Death(), Hook)).Place().Value);
    }

    [Fact]
    public async Task Probing_leaves_nothing_behind()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        await backend.AcceptAsync(AnEvent.Death(), Hook);
        await using var other = Open(backend);
        Run(other, "BEGIN IMMEDIATE");
        await backend.AcceptAsync(AnEvent.Death(), Hook);
        Run(other, "ROLLBACK");

        await Eventually.HoldsAsync(() => backend.Events.IsWritable, "the store writes again");

        await using var count = other.CreateCommand();
        count.CommandText = "SELECT count(*) FROM bodies";
        Assert.Equal(1L, await count.ExecuteScalarAsync(Cancel));
    }

    /// <summary>What an operator would do, from outside: the bodies go, their pages become free.</summary>
    private static void MakeRoom(SqliteBackend backend)
    {
        using var other = Open(backend);
        Run(other, "DELETE FROM bodies");
    }

    private static SqliteConnection Open(SqliteBackend backend)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(backend.DataDirectory, Database.FileName)};Pooling=False;Default Timeout=30");
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class CountedProbes : ICheckpoints
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public void Reached(string point)
        {
            if (point == "probe.started") Interlocked.Increment(ref count);
        }
    }
}
