using System.Collections.Concurrent;
using Nems.Core.Deliver;
using Nems.Testing;

namespace Nems.Journey.Tests.Delivering;

public sealed class ManyPatientsTests
{
    private const int PatientCount = 1000;
    private const int Copies = 5;
    private static readonly int[] Faults = [500, 503, 429, 422, 400, 404, 307];

    [Fact]
    public async Task A_thousand_patients_events_arrive_exactly_once_and_in_order_through_random_failures()
    {
        var random = new Random(20261102);
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync(
            [subscriber], settings: [.. Given.Schedule([.. Enumerable.Repeat("00:00:00.05", 12)]), "Nems:Retry:ProbeAtMost=00:00:00.05", "Nems:Lanes:Window=400"]);
        var numbers = Patients.Numbers(PatientCount);
        string? last = null;
        await Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
        {
            var (id, _) = await nems.Client.SubscribeAsync(number, subscriber.Url());
            last = id;
        });
        var destination = await nems.DestinationOfAsync(last!);
        subscriber.Answers(_ =>
        {
            lock (random) return random.Next(6) == 0 ? Faults[random.Next(Faults.Length)] : 200;
        });

        var accepted = new ConcurrentDictionary<string, string>();
        for (var copy = 0; copy < Copies; copy++)
        {
            await Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
                accepted[(await nems.Client.PublishAsync(Message.Hearing.About(number).Numbered(copy))).ToString()] = number);
        }

        var finished = await nems.FinishedAsync(destination, PatientCount * Copies);

        Assert.All(finished, delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
        Assert.Equal(Enumerable.Range(1, PatientCount * Copies).Select(number => (long)number), finished.Select(delivery => delivery.Number));
        var arrived = subscriber.Accepted;
        Assert.Equal(accepted.Keys.Order(StringComparer.Ordinal), arrived.Select(request => request.Headers["Nems-Event-Id"]).Order(StringComparer.Ordinal));
        Assert.Contains(subscriber.All, request => request.Answered != 200);
        foreach (var patient in arrived.GroupBy(request => accepted[request.Headers["Nems-Event-Id"]]))
        {
            Assert.Equal(Copies, patient.Count());
            BreakerTests.InOrder(patient.Where(request => !request.IsOvertaken));
            var highest = 0L;
            foreach (var request in patient)
            {
                Assert.Equal(request.Sequence < highest, request.IsOvertaken);
                highest = Math.Max(highest, request.Sequence);
            }
        }
    }
}
