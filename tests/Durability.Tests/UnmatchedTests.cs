using Nems.Testing;

namespace Nems.Durability.Tests;

/// <summary>The process is killed while events wait to be matched, and again in the middle of matching them.</summary>
public sealed class UnmatchedTests : IDisposable
{
    private static readonly string[] Numbers = [.. Patients.Numbers(6)];
    private readonly TemporaryDirectory directory = new();
    private readonly List<(string Patient, Message Message, string Key, Core.Events.EventId Id)> posted = [];

    private string Away => directory.File("away");

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("batch.committed", 2)]
    [InlineData("batch.middle", 2)]
    [InlineData("attempt.sent", 3)]
    public async Task What_was_accepted_unmatched_outlives_kills_and_arrives_in_order_under_numbers_without_a_gap(string point, int reach)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await File.WriteAllTextAsync(Away, "", TestContext.Current.CancellationToken);
        await using (var first = await StartAsync(subscriber))
        {
            foreach (var number in Numbers) await first.Client.SubscribeAsync(number, subscriber.Url());
            await PublishAsync(first, 3);
            await first.KillAsync();
        }

        // Still away: what waits goes on waiting, and more comes behind it.
        await using (var second = await StartAsync(subscriber))
        {
            await PublishAsync(second, 2);
            foreach (var (_, message, key, id) in posted) Assert.Equal(id, await second.Client.PublishAsync(message, key));
            await second.KillAsync();
        }

        Assert.Empty(subscriber.Begun);
        File.Delete(Away);
        await using (var third = NemsProcess.Launch(
            directory.Path, [subscriber], [.. Settings, $"crash:point={point}", $"crash:reach={reach}", $"crash:marker={directory.File("reached")}"]))
        {
            Assert.Equal(NemsProcess.Killed, await third.EndsAsync());
        }

        Assert.True(File.Exists(directory.File("reached")), "the process did not end where it was told to");
        await using var last = await StartAsync(subscriber);
        await PublishAsync(last, 1);

        var received = await subscriber.UntilAsync(seen => seen.Select(request => request.Id).Distinct().Count() >= posted.Count, TimeSpan.FromSeconds(60));
        var firstCopies = received.DistinctBy(request => request.Id).ToArray();
        Assert.Equal(posted.Count, firstCopies.Length);
        Assert.Equal(Enumerable.Range(1, posted.Count).Select(number => (long)number), firstCopies.Select(request => request.Sequence).Order());
        foreach (var patient in Numbers)
        {
            var mine = posted.Where(each => each.Patient == patient).Select(each => each.Id.ToString()).ToArray();
            Assert.Equal(mine, firstCopies.Select(request => request.Headers["Nems-Event-Id"]).Where(mine.Contains));
        }

        Assert.All(received.GroupBy(request => request.Id), copies => Assert.Single(copies.Select(copy => (copy.Sequence, Convert.ToBase64String(copy.Body))).Distinct()));
    }

    private string[] Settings => [.. Quick.Retries, $"crash:source-away-while={Away}"];

    private Task<NemsProcess> StartAsync(FakeSubscriber subscriber) => NemsProcess.StartAsync(directory.Path, [subscriber], Settings);

    private async Task PublishAsync(NemsProcess nems, int each)
    {
        for (var turn = 0; turn < each; turn++)
        {
            foreach (var patient in Numbers)
            {
                var (key, message) = ($"key-{posted.Count}", Message.Death.About(patient).Numbered(posted.Count));
                posted.Add((patient, message, key, await nems.Client.PublishAsync(message, key)));
            }
        }
    }
}
