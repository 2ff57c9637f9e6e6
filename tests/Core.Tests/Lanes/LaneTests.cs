using Nems.Core.Deliver;

namespace Nems.Core.Tests.Lanes;

public sealed class LaneTests
{
    [Fact]
    public void One_patients_events_go_one_at_a_time_in_the_order_of_acceptance()
    {
        var bench = new LaneBench();
        var first = bench.Arrives("Jo");
        var second = bench.Arrives("Jo");

        Assert.Same(first, bench.Next());
        Assert.Null(bench.Next());
        bench.Answered(first, 200);

        Assert.Same(second, bench.Next());
    }

    [Fact]
    public void Another_patient_does_not_wait()
    {
        var bench = new LaneBench();
        bench.Arrives("Jo");
        bench.Arrives("Jo");
        var sams = bench.Arrives("Sam");
        bench.Next();

        Assert.Same(sams, bench.Next());
    }

    [Fact]
    public void Events_without_a_patient_stand_alone()
    {
        var bench = new LaneBench();
        var first = bench.Arrives("");
        var second = bench.Arrives("");

        Assert.Same(first, bench.Next());
        Assert.Same(second, bench.Next());
    }

    [Fact]
    public void No_more_is_in_flight_than_the_bound()
    {
        var bench = new LaneBench(concurrency: 2);
        foreach (var name in new[] { "a", "b", "c" }) bench.Arrives(name);

        Assert.NotNull(bench.Next());
        Assert.NotNull(bench.Next());
        Assert.Null(bench.Next());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(415)]
    [InlineData(422)]
    public void A_message_that_its_receiver_cannot_digest_steps_aside_at_once(int status)
    {
        var bench = new LaneBench();
        var refused = bench.Arrives("Jo");
        var death = bench.Arrives("Jo");
        bench.SendsAndGets(refused, status);

        Assert.True(refused.IsAside);
        var settlement = bench.SendsAndGets(death, 200);

        Assert.Equal([refused.Place], settlement.Overtook);
        Assert.True(refused.IsOvertaken);
    }

    [Fact]
    public void A_refused_message_is_tried_again_after_five_hours()
    {
        var bench = new LaneBench();
        var refused = bench.Arrives("Jo");
        bench.SendsAndGets(refused, 422);

        bench.Passes(TimeSpan.FromHours(5) - TimeSpan.FromSeconds(1));
        Assert.Null(bench.Next());
        bench.Passes(TimeSpan.FromSeconds(1));

        Assert.Same(refused, bench.Next());
    }

    [Fact]
    public void A_failing_event_holds_its_patients_later_ones_for_the_hold_and_no_longer()
    {
        var bench = new LaneBench(schedule: [TimeSpan.FromHours(1), TimeSpan.FromHours(1)]);
        var failing = bench.Arrives("Jo");
        var later = bench.Arrives("Jo");
        bench.SendsAndGets(failing, 500);

        bench.Passes(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Null(bench.Next());
        Assert.Equal(bench.Now + TimeSpan.FromSeconds(1), bench.Lane.NextChange());
        bench.Passes(TimeSpan.FromSeconds(1));

        Assert.Same(later, bench.Next());
        Assert.True(failing.IsAside);
    }

    [Fact]
    public void An_event_that_comes_after_the_hold_has_ended_does_not_wait()
    {
        var bench = new LaneBench(schedule: [TimeSpan.FromHours(1)]);
        var failing = bench.Arrives("Jo");
        bench.SendsAndGets(failing, 500);
        bench.Passes(TimeSpan.FromMinutes(20));

        var later = bench.Arrives("Jo");

        Assert.Same(later, bench.Next());
    }

    [Fact]
    public void With_no_hold_a_failing_event_steps_aside_at_once()
    {
        var bench = new LaneBench(holdFor: "0");
        var failing = bench.Arrives("Jo");
        var later = bench.Arrives("Jo");
        bench.SendsAndGets(failing, 500);

        Assert.Same(later, bench.Next());
    }

    [Fact]
    public void With_an_infinite_hold_the_order_is_strict()
    {
        var bench = new LaneBench(holdFor: "Infinite", schedule: [TimeSpan.FromDays(2)]);
        var failing = bench.Arrives("Jo");
        bench.Arrives("Jo");
        bench.SendsAndGets(failing, 500);

        bench.Passes(TimeSpan.FromDays(2) - TimeSpan.FromSeconds(1));

        Assert.Null(bench.Next());
        bench.Passes(TimeSpan.FromSeconds(1));
        Assert.Same(failing, bench.Next());
    }

    [Fact]
    public void A_dead_letter_lets_the_patients_next_event_go()
    {
        var bench = new LaneBench(holdFor: "Infinite", schedule: [TimeSpan.FromMinutes(1)]);
        var failing = bench.Arrives("Jo");
        var later = bench.Arrives("Jo");
        bench.SendsAndGets(failing, 500);
        bench.Passes(TimeSpan.FromMinutes(1));

        var settlement = bench.SendsAndGets(failing, 500);

        Assert.Equal(DeliveryState.Dead, settlement.State);
        Assert.Equal(2, failing.Attempts);
        Assert.Same(later, bench.Next());
    }

    [Fact]
    public void A_fault_of_our_own_uses_up_no_attempt_and_does_not_count_against_the_destination()
    {
        var bench = new LaneBench();
        for (var turn = 0; turn < 8; turn++) bench.SendsAndGets(bench.Arrives($"patient {turn}"), 0);
        var first = bench.Arrives("Jo");
        bench.SendsAndGets(first, 0);

        Assert.Equal(0, first.Attempts);
        Assert.Null(bench.Lane.Health.OpenSince);
        bench.Passes(TimeSpan.FromSeconds(5));
        Assert.NotNull(bench.Next());
    }

    [Fact]
    public void Retry_after_is_honoured_exactly()
    {
        var bench = new LaneBench();
        var delivery = bench.Arrives("Jo");
        bench.Next();
        bench.Answered(delivery, 429, TimeSpan.FromSeconds(7777));

        bench.Passes(TimeSpan.FromSeconds(7776));
        Assert.Null(bench.Next());
        bench.Passes(TimeSpan.FromSeconds(1));

        Assert.Same(delivery, bench.Next());
    }

    [Fact]
    public void A_410_turns_the_destination_off()
    {
        var bench = new LaneBench();
        var gone = bench.Arrives("Jo");
        bench.Arrives("Sam");

        var settlement = bench.SendsAndGets(gone, 410);

        Assert.True(settlement.TurnedOff);
        Assert.Null(bench.Next());
        Assert.Equal(2, bench.Lane.Clear().Count);
    }

    [Fact]
    public void What_is_withheld_holds_nobody()
    {
        var bench = new LaneBench();
        var withheld = bench.Arrives("Jo");
        var later = bench.Arrives("Jo");
        bench.Next();

        bench.Lane.Withhold(withheld, bench.Now);

        Assert.Same(later, bench.Next());
    }

    [Fact]
    public void What_was_put_back_is_the_next_again()
    {
        var bench = new LaneBench();
        var delivery = bench.Arrives("Jo");
        bench.Next();
        bench.Lane.PutBack(delivery, bench.Now);

        Assert.Same(delivery, bench.Next());
        Assert.Equal(0, delivery.Attempts);
    }

    [Fact]
    public void After_a_restart_a_refused_event_with_a_later_one_behind_it_counts_as_overtaken()
    {
        // The later one may have been delivered just before the process died, without a record of it.
        var bench = new LaneBench();
        var aside = bench.Arrives("Jo", wasOpenBefore: true);
        bench.SendsAndGets(aside, 400);

        bench.Arrives("Jo", wasOpenBefore: true);

        Assert.True(aside.IsOvertaken);
    }

    [Fact]
    public void Too_many_that_stepped_aside_are_left_to_the_store()
    {
        var bench = new LaneBench(asideWindow: 1);
        var first = bench.Arrives("Jo");
        var second = bench.Arrives("Sam");
        bench.SendsAndGets(first, 400);
        bench.SendsAndGets(second, 400);

        Assert.True(bench.Lane.TryEvictAside(second, bench.Now));
        Assert.Equal(1, bench.Lane.Asides);
    }

    [Fact]
    public void One_that_was_let_go_of_and_not_overtaken_comes_back_without_the_mark()
    {
        var bench = new LaneBench(asideWindow: 1);
        var kept = bench.Arrives("Jo");
        var letGo = bench.Arrives("Sam");
        bench.SendsAndGets(kept, 400);
        bench.SendsAndGets(letGo, 400);
        bench.Lane.TryEvictAside(letGo, bench.Now);

        bench.Lane.TakeBack(letGo, bench.Now);

        Assert.False(letGo.IsOvertaken);
        Assert.Equal(2, bench.Lane.Asides);
    }

    [Fact]
    public void One_that_was_let_go_of_and_overtaken_is_recorded_so_and_comes_back_with_the_mark()
    {
        var bench = new LaneBench(asideWindow: 1);
        var kept = bench.Arrives("Jo");
        var letGo = bench.Arrives("Sam");
        bench.SendsAndGets(kept, 400);
        bench.SendsAndGets(letGo, 400);
        bench.Lane.TryEvictAside(letGo, bench.Now);

        var settlement = bench.SendsAndGets(bench.Arrives("Sam"), 200);
        bench.Lane.TakeBack(letGo, bench.Now);

        Assert.Equal([letGo.Place], settlement.Overtook);
        Assert.True(letGo.IsOvertaken);
    }

    [Fact]
    public void Failing_ones_give_way_when_all_memory_is_taken_up_by_what_waits_for_them()
    {
        var bench = new LaneBench();
        var failing = bench.Arrives("Jo");
        var later = bench.Arrives("Jo");
        bench.Arrives("Jo");
        bench.SendsAndGets(failing, 500);
        Assert.Null(bench.Next());

        Assert.False(bench.Lane.GiveWay(3, bench.Now));
        Assert.True(bench.Lane.GiveWay(2, bench.Now));

        Assert.True(failing.IsAside);
        Assert.Same(later, bench.Next());
    }

    [Fact]
    public void Under_an_infinite_hold_nothing_gives_way()
    {
        var bench = new LaneBench(holdFor: "Infinite");
        var failing = bench.Arrives("Jo");
        bench.Arrives("Jo");
        bench.SendsAndGets(failing, 500);

        Assert.False(bench.Lane.GiveWay(0, bench.Now));
        Assert.Null(bench.Next());
    }

    [Fact]
    public void What_is_answered_after_the_destination_was_turned_off_leaves_it_off_and_the_count_at_nothing()
    {
        var bench = new LaneBench();
        bench.SendsAndGets(bench.Arrives("Alex"), 500);
        var gone = bench.Arrives("Jo");
        var late = bench.Arrives("Sam");
        bench.Next();
        bench.Next();
        bench.Answered(gone, 410);
        bench.Lane.Clear();

        bench.Answered(late, 200);

        Assert.True(bench.Lane.IsOff);
        Assert.Equal(0, bench.Lane.Waiting);
    }
}
