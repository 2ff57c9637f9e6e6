using CsCheck;
using Nems.Core.Deliver;

namespace Nems.Core.Tests.Lanes;

/// <summary>Random arrivals, answers and pauses: whatever happens, the promises hold.</summary>
public sealed class LaneSimulationTests
{
    private static readonly int[] Statuses = [200, 200, 200, 200, 400, 422, 500, 503, 404, 0, 1];

    [Fact]
    public void Whatever_is_answered_nothing_is_lost_or_sent_twice_or_out_of_order_without_a_mark() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, 2], Gen.Int).Sample(Simulate, iter: 400);

    private static void Simulate(int patientCount, int holdKind, int seed)
    {
        var random = new Random(seed);
        var bench = new LaneBench(holdFor: new[] { "0", "00:15:00", "Infinite" }[holdKind], concurrency: random.Next(1, 6));
        List<OpenDelivery> all = [];
        List<OpenDelivery> inFlight = [];
        List<OpenDelivery> delivered = [];
        HashSet<OpenDelivery> marked = [];
        var ended = 0;
        for (var turn = 0; turn < 3000 && (turn < 300 || ended < all.Count); turn++)
        {
            if (turn < 200 && random.Next(3) == 0) all.Add(bench.Arrives($"patient {random.Next(patientCount)}"));
            while (bench.Next() is { } next)
            {
                Assert.DoesNotContain(inFlight, other => other.Patient == next.Patient);
                inFlight.Add(next);
                if (next.IsOvertaken) marked.Add(next);
            }

            if (inFlight.Count > 0 && random.Next(4) != 0)
            {
                var answered = inFlight[random.Next(inFlight.Count)];
                inFlight.Remove(answered);
                var settlement = bench.Answered(answered, turn < 400 ? Statuses[random.Next(Statuses.Length)] : 200);
                if (settlement.State == DeliveryState.Delivered) delivered.Add(answered);
                if (settlement.State != DeliveryState.Open) ended++;
            }
            else if (bench.Lane.NextChange() is { } change && change > bench.Now)
            {
                bench.Now = change;
            }
        }

        Assert.Equal(all.Count, ended);
        Assert.Equal(delivered.Count, delivered.Distinct().Count());
        foreach (var patient in delivered.GroupBy(delivery => delivery.Patient))
        {
            var highest = 0L;
            foreach (var delivery in patient)
            {
                Assert.True(delivery.Place.Value > highest || marked.Contains(delivery), "A late copy carries no mark.");
                highest = Math.Max(highest, delivery.Place.Value);
            }
        }
    }
}
