using Microsoft.Data.Sqlite;
using Nems.Testing;

namespace Nems.Durability.Tests;

/// <summary>The process ends itself at a named line. What that line promises holds after the next start.</summary>
public sealed class CrashPointTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string Marker => directory.File("reached");

    private string Armed => directory.File("armed");

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("batch.committed")]
    [InlineData("accept.committed")]
    public async Task An_event_that_was_committed_and_never_answered_is_delivered(string point)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        subscriber.Answers(_ => 503);
        var message = Message.Hearing.About(Patients.Jo);
        await using (var nems = await StartAsync(subscriber, point))
        {
            await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
            Arm();

            await Assert.ThrowsAsync<HttpRequestException>(() => nems.Client.PublishAsync(message, "key-1"));

            await ReachedAsync(nems, point);
        }

        var before = subscriber.All.Count;
        subscriber.Answers(_ => 200);
        await using var next = await StartAsync(subscriber);

        var request = (await subscriber.UntilAsync(seen => seen.Any(one => one.Answered == 200)))[^1];
        Assert.Equal(message.Body, request.Body);
        Assert.True(subscriber.All.Count > before);
        var told = await next.Client.PublishAsync(message, "key-1");
        Assert.Equal(told.ToString(), request.Headers["Nems-Event-Id"]);
        await AssertNothingElseCameAsync(next, subscriber, expected: 1);
        Assert.All(subscriber.All.SkipLast(1), one => Assert.Equal((request.Id, 1L), (one.Id, one.Sequence)));
    }

    [Fact]
    public async Task An_attempt_that_was_answered_and_not_recorded_is_made_again_under_the_same_id_and_number()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var message = Message.Hearing.About(Patients.Jo);
        await using (var nems = await StartAsync(subscriber, "attempt.sent"))
        {
            await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
            Arm();

            // The 202 and the end of the process race: both are right.
            using var answer = await PostAsync(nems, message);

            await ReachedAsync(nems, "attempt.sent");
        }

        var first = Assert.Single(subscriber.All);
        Assert.Equal(200, first.Answered);
        await using var next = await StartAsync(subscriber);

        var second = (await subscriber.ReceivesAsync(2))[1];
        Assert.Equal((first.Id, first.Sequence), (second.Id, second.Sequence));
        Assert.Equal(message.Body, second.Body);
        Assert.False(second.IsOvertaken);
        await AssertNothingElseCameAsync(next, subscriber, expected: 1);
        Assert.Equal([1L, 1L, 2L], subscriber.All.Select(request => request.Sequence));
    }

    [Fact]
    public async Task A_batch_that_was_cut_in_the_middle_leaves_nothing_behind()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();

        // No attempt ends before the process does: all that is written are accepted events.
        subscriber.Answers(HoldAsync);
        var numbers = Patients.Numbers(32);
        var posted = new System.Collections.Concurrent.ConcurrentBag<(string Key, Message Message)>();
        var answered = new System.Collections.Concurrent.ConcurrentBag<string>();
        await using (var nems = await StartAsync(subscriber, "batch.middle"))
        {
            foreach (var number in numbers) await nems.Client.SubscribeAsync(number, subscriber.Url());
            Arm();

            // Together, until some of them meet in one batch.
            await Task.WhenAll(numbers.Select((number, patient) => PublishUntilTheEndAsync(nems, number, patient)));
            await ReachedAsync(nems, "batch.middle");
        }

        var committed = Committed();
        Assert.True(committed <= posted.Count - 2, $"A batch of two or more was to be cut; {posted.Count} were posted and {committed} committed.");
        Assert.Equal([committed, committed, committed, committed], RowsOf("events", "bodies", "deliveries", "idempotency"));
        Assert.True(answered.Count <= committed);

        subscriber.Answers(_ => 200);
        await using var next = await StartAsync(subscriber);
        var delivered = await subscriber.UntilAsync(seen => seen.Where(request => request.Answered == 200).Select(request => request.Id).Distinct().Count() >= committed);
        var numbersGiven = delivered.Where(request => request.Answered == 200).Select(request => request.Sequence).Distinct().Order();
        Assert.Equal(Enumerable.Range(1, committed).Select(number => (long)number), numbersGiven);

        // Each is posted again under its key: those that were kept are the same event, those that were cut are new and go on with the numbers.
        foreach (var (key, message) in posted) await next.Client.PublishAsync(message, key);
        var all = (await subscriber.UntilAsync(seen => seen.Select(request => request.Id).Distinct().Count() >= posted.Count)).Where(request => request.Answered == 200).ToArray();
        Assert.Equal(Enumerable.Range(1, posted.Count).Select(number => (long)number), all.Select(request => request.Sequence).Distinct().Order());
        Assert.Equal(posted.Count, all.Select(request => Convert.ToBase64String(request.Body)).Distinct().Count());
        Assert.Equal(posted.Count, all.Select(request => (request.Id, request.Sequence, Convert.ToBase64String(request.Body))).Distinct().Count());

        async Task PublishUntilTheEndAsync(NemsProcess nems, string number, int patient)
        {
            var isRunning = true;
            for (var turn = 0; isRunning; turn++)
            {
                var (key, message) = ($"{patient}-{turn}", Message.Death.About(number).Numbered(turn));
                posted.Add((key, message));
                using var answer = await PostAsync(nems, message, key);
                isRunning = answer is not null;
                if (answer is { StatusCode: System.Net.HttpStatusCode.Accepted }) answered.Add(key);
            }
        }
    }

    private Task<NemsProcess> StartAsync(FakeSubscriber subscriber, string? point = null) => NemsProcess.StartAsync(
        directory.Path, [subscriber], point is null ? Quick.Retries : [.. Quick.Retries, $"crash:point={point}", $"crash:marker={Marker}", $"crash:armed={Armed}"]);

    private void Arm() => File.WriteAllText(Armed, "");

    private async Task ReachedAsync(NemsProcess nems, string point)
    {
        Assert.Equal(NemsProcess.Killed, await nems.EndsAsync());
        Assert.StartsWith(point + " ", await File.ReadAllTextAsync(Marker, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private int Committed() => int.Parse(File.ReadAllText(Marker).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<HttpResponseMessage?> PostAsync(NemsProcess nems, Message message, string? key = null)
    {
        try
        {
            return await nems.Client.PostEventAsync(message, idempotencyKey: key);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<int> HoldAsync(Received request, CancellationToken gone)
    {
        var never = new TaskCompletionSource();
        await using var registration = gone.Register(never.SetResult);
        await never.Task;
        return 503;
    }

    /// <summary>The next event of the patient comes with the next number, after everything that was to come before it.</summary>
    private static async Task AssertNothingElseCameAsync(NemsProcess nems, FakeSubscriber subscriber, int expected)
    {
        var last = await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));
        var seen = await subscriber.UntilAsync(all => all.Any(request => request.Headers["Nems-Event-Id"] == last.ToString()));
        Assert.Equal(expected + 1, seen.Select(request => request.Id).Distinct().Count());
        Assert.Equal(expected + 1, seen[^1].Sequence);
    }

    private int[] RowsOf(params string[] tables)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory.Path, "data", "nems.db")};Pooling=False");
        connection.Open();
        return [.. tables.Select(table => Count(connection, table))];
    }

    private static int Count(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return Convert.ToInt32(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
