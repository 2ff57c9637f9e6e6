using Nems.Core.Deliver;

namespace Nems.Core.Tests.Lanes;

public sealed class BreakerTests
{
    [Fact]
    public void Five_failures_of_two_patients_open_the_breaker_and_everything_waits()
    {
        var bench = new LaneBench();
        bench.OpensTheBreaker();

        bench.Arrives("Jo");

        Assert.Null(bench.Next());
    }

    [Fact]
    public void Four_failures_do_not_open_it()
    {
        var bench = new LaneBench();
        for (var turn = 0; turn < 4; turn++) bench.SendsAndGets(bench.Arrives($"patient {turn}"), 503);

        Assert.Null(bench.Lane.Health.OpenSince);
    }

    [Fact]
    public void One_patients_failures_alone_do_not_open_it()
    {
        var bench = new LaneBench(holdFor: "0");
        for (var turn = 0; turn < 12; turn++) bench.SendsAndGets(bench.Arrives("Jo"), 503);

        Assert.Null(bench.Lane.Health.OpenSince);
        Assert.NotNull(bench.Lane.Health.FailingSince);
    }

    [Fact]
    public void A_success_between_starts_the_count_again()
    {
        var bench = new LaneBench();
        for (var turn = 0; turn < 4; turn++) bench.SendsAndGets(bench.Arrives($"patient {turn}"), 503);
        bench.SendsAndGets(bench.Arrives("Jo"), 200);
        for (var turn = 0; turn < 4; turn++) bench.SendsAndGets(bench.Arrives($"other {turn}"), 503);

        Assert.Null(bench.Lane.Health.OpenSince);
    }

    [Fact]
    public void Probes_go_one_at_a_time_each_with_another_patient_and_do_not_count()
    {
        var bench = new LaneBench();
        var waiting = bench.OpensTheBreaker();
        bench.Passes(TimeSpan.FromSeconds(5));
        var first = bench.Next()!;
        Assert.Null(bench.Next());
        bench.Answered(first, 503);

        Assert.Null(bench.Next());
        bench.Passes(TimeSpan.FromMinutes(1));
        var second = bench.Next()!;

        Assert.NotSame(first, second);
        Assert.All(waiting, delivery => Assert.Equal(1, delivery.Attempts));
    }

    [Fact]
    public void Probes_are_at_most_five_minutes_apart()
    {
        var bench = new LaneBench();
        bench.OpensTheBreaker();
        for (var probe = 0; probe < 20; probe++)
        {
            bench.Passes(TimeSpan.FromMinutes(5));
            var sent = bench.Next();
            Assert.NotNull(sent);
            bench.Answered(sent, 503);
        }
    }

    [Fact]
    public void A_poison_message_does_not_keep_a_recovered_destination_closed_off()
    {
        var bench = new LaneBench();
        var poison = bench.Arrives("Jo");
        bench.SendsAndGets(poison, 500);
        bench.OpensTheBreaker();
        var sent = 0;

        // The destination has recovered: it refuses the poison message alone.
        while (bench.Lane.Health.OpenSince is not null && sent < 3)
        {
            bench.Passes(TimeSpan.FromMinutes(5));
            var probe = bench.Next()!;
            bench.Answered(probe, ReferenceEquals(probe, poison) ? 500 : 200);
            sent++;
        }

        Assert.Null(bench.Lane.Health.OpenSince);
        Assert.InRange(sent, 1, 2);
    }

    [Fact]
    public void With_nobody_else_waiting_a_refused_probe_steps_aside_and_the_death_notification_arrives()
    {
        var bench = new LaneBench(health: DestinationHealth.Healthy with
        {
            FailingSince = new DateTimeOffset(2026, 11, 1, 8, 0, 0, TimeSpan.Zero),
            OpenSince = new DateTimeOffset(2026, 11, 1, 8, 0, 0, TimeSpan.Zero),
            NextProbeAt = new DateTimeOffset(2026, 11, 1, 9, 0, 0, TimeSpan.Zero),
        });
        var refused = bench.Arrives("Jo");
        var death = bench.Arrives("Jo");
        bench.SendsAndGets(refused, 400);

        bench.Passes(TimeSpan.FromMinutes(5));
        var settlement = bench.SendsAndGets(death, 200);

        Assert.Equal(DeliveryState.Delivered, settlement.State);
        Assert.Equal([refused.Place], settlement.Overtook);
        Assert.Null(bench.Lane.Health.OpenSince);
    }

    [Fact]
    public void A_success_makes_what_waits_due_again_gently()
    {
        var bench = new LaneBench();
        bench.OpensTheBreaker();
        bench.Passes(TimeSpan.FromSeconds(5));
        var settlement = bench.Answered(bench.Next()!, 200);
        Assert.True(settlement.HealthChanged);

        var one = bench.Next()!;
        Assert.Null(bench.Next());
        bench.Answered(one, 200);

        Assert.NotNull(bench.Next());
        Assert.NotNull(bench.Next());
        Assert.Null(bench.Next());
    }

    [Fact]
    public void Time_with_the_breaker_open_does_not_count_as_holding()
    {
        var bench = new LaneBench();
        var failing = bench.Arrives("Jo");
        bench.Arrives("Jo");
        bench.SendsAndGets(failing, 500);
        bench.OpensTheBreaker();
        bench.Passes(TimeSpan.FromHours(3));

        // Recovered: the probe is somebody else's, the patient's own first event is due before the later one.
        OpenDelivery probe;
        do
        {
            probe = bench.Next()!;
            bench.Answered(probe, ReferenceEquals(probe, failing) ? 500 : 200);
            bench.Passes(TimeSpan.FromMinutes(5));
        }
        while (bench.Lane.Health.OpenSince is not null);

        Assert.False(failing.IsAside);
    }

    [Fact]
    public void Without_a_success_for_the_whole_schedule_the_destination_is_turned_off()
    {
        var bench = new LaneBench(schedule: [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(9)]);
        bench.OpensTheBreaker();
        bench.Passes(TimeSpan.FromMinutes(9));
        Assert.False(bench.Answered(bench.Next()!, 503).TurnedOff);

        bench.Passes(TimeSpan.FromMinutes(5));

        Assert.True(bench.Answered(bench.Next()!, 503).TurnedOff);
        Assert.True(bench.Lane.IsOff);
    }

    [Fact]
    public void A_fault_of_our_own_while_probing_waits_too()
    {
        var bench = new LaneBench();
        bench.OpensTheBreaker();
        bench.Passes(TimeSpan.FromSeconds(5));
        bench.Answered(bench.Next()!, 0);

        Assert.Null(bench.Next());
        bench.Passes(TimeSpan.FromSeconds(5));
        Assert.NotNull(bench.Next());
    }
}
