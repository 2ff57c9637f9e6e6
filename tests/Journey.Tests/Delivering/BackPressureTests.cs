using System.Collections.Concurrent;
using Nems.Core.Deliver;
using Nems.Testing;

namespace Nems.Journey.Tests.Delivering;

public sealed class BackPressureTests
{
    [Fact]
    public async Task Under_load_some_are_turned_away_with_a_time_to_wait_and_exactly_the_accepted_ones_are_delivered()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], settings: ["Nems:WaitingWrites=1"]);
        var numbers = Patients.Numbers(20);
        var destination = await BreakerTests.SubscribeAllAsync(nems, numbers, subscriber.Url());
        ConcurrentBag<string> accepted = [];
        var turnedAway = 0;

        for (var round = 0; round < 20 && (round == 0 || turnedAway == 0); round++)
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (turn, cancel) =>
            {
                using var answer = await nems.Client.PostEventAsync(Message.Hearing.About(numbers[turn % numbers.Count]).Numbered(turn));
                if ((int)answer.StatusCode == 202)
                {
                    accepted.Add(answer.Headers.GetValues("Nems-Event-Id").Single());
                    return;
                }

                Interlocked.Increment(ref turnedAway);
                Assert.Equal(503, (int)answer.StatusCode);
                Assert.NotNull(answer.Headers.RetryAfter?.Delta);
                Assert.False(answer.Headers.Contains("Nems-Event-Id"));
                Assert.Contains("<OperationOutcome", await answer.Content.ReadAsStringAsync(cancel), StringComparison.Ordinal);
            });
        }

        Assert.True(turnedAway > 0);
        var finished = await nems.FinishedAsync(destination, accepted.Count);
        Assert.Equal(accepted.Count, finished.Count);
        Assert.All(finished, delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
        Assert.Equal(accepted.Order(StringComparer.Ordinal), subscriber.Accepted.Select(request => request.Headers["Nems-Event-Id"]).Order(StringComparer.Ordinal));
    }
}
