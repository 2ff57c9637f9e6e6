using Nems.Core.Deliver;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>Places and delivery numbers: in the order of commit, without gap or twin.</summary>
public abstract class EventOrderContract(Backend backend) : ContractTest(backend)
{
    private const int Racing = 300;
    private static readonly Destination[] Destinations = [.. Enumerable.Range(0, 4).Select(index => ADestination.Webhook($"hook-{index}"))];

    [Fact]
    public async Task What_is_accepted_after_another_was_answered_has_the_later_place()
    {
        var first = await AcceptAsync(AnEvent.Death(), Destinations[0]);
        var second = await AcceptAsync(AnEvent.Death());
        var third = await AcceptAsync(AnEvent.Death(), Destinations[0]);

        Assert.True(first < second && second < third);
    }

    [Fact]
    public async Task Parallel_accepts_get_places_without_a_twin_and_numbers_without_gap_or_twin_in_the_same_order()
    {
        var places = await RaceAsync(Racing, index => AcceptAsync(AnEvent.Death(), WantedBy(index)));

        Assert.Equal(Racing, places.Distinct().Count());
        foreach (var (number, destination) in Destinations.Index())
        {
            var mine = places.Where((_, index) => WantedBy(index).Contains(destination)).Order().ToArray();
            var list = await ListAsync(destination);
            Assert.Equal(Enumerable.Range(1, mine.Length).Select(each => (long)each), list.Select(record => record.Number));
            Assert.Equal(mine, list.Select(record => record.Place));
            Assert.True(mine.Length > 0, $"destination {number} had nothing to number");
        }
    }

    [Fact]
    public async Task Numbers_and_places_go_on_after_a_restart()
    {
        var before = await AcceptAsync(AnEvent.Death(), Destinations[0]);
        await AcceptAsync(AnEvent.Death(), Destinations[1]);
        var last = await AcceptAsync(AnEvent.Death());

        await Backend.RestartAsync();
        var after = await AcceptAsync(AnEvent.Death(), Destinations[0]);

        Assert.True(before < last && last < after);
        Assert.Equal([1L, 2L], (await ListAsync(Destinations[0])).Select(record => record.Number));
    }

    [Fact]
    public async Task Repeats_under_a_key_leave_no_gap_in_the_numbers()
    {
        var claim = AnEvent.SomeClaim();

        await RaceAsync(60, index => Backend.Events.AcceptAsync(AnEvent.Death(), [AnEvent.For(Destinations[0])], index % 2 == 0 ? claim : null, Cancel));

        Assert.Equal(Enumerable.Range(1, 31).Select(number => (long)number), (await ListAsync(Destinations[0])).Select(record => record.Number));
    }

    /// <summary>1 to 4 destinations, not the same for all.</summary>
    private static Destination[] WantedBy(int index) => [.. Destinations.Where((_, destination) => (index + 1 >> destination & 1) == 1 || index % 4 == destination)];
}
