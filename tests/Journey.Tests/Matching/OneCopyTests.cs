using Nems.Core.Events;
using Nems.Journey.Tests.Delivering;
using Nems.Testing;

namespace Nems.Journey.Tests.Matching;

/// <summary>However many subscriptions match: one copy for a destination, and the list of them as long as it may be.</summary>
public sealed class OneCopyTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    public async Task Many_subscriptions_explicit_and_by_rules_get_one_copy_and_another_destination_gets_its_own(int count)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        await using var nems = await Sourced.StartAsync(subscriber, clock: clock);
        List<string> entries = [];
        for (var index = 0; index < count; index++)
        {
            var tag = $"site|{index}";
            var (id, _) = index % 2 == 0
                ? await nems.Client.SubscribeAsync("9990000042", subscriber.Url(), tag: tag)
                : await nems.Client.SubscribeByRuleAsync("COUNTRYCODE", index % 4 == 1 ? "E92000001" : "W92000004", EventType.ChangeOfAddress, subscriber.Url(), more: "&tag=" + tag);
            entries.Add($"{id}|{tag}");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var (other, _) = await nems.Client.SubscribeAsync("9990000042", subscriber.Url("other"));

        await nems.Client.PublishAsync(Message.ChangeOfAddress);

        var received = await subscriber.ReceivesAsync(2);
        var list = received.Single(request => request.Path == "/hook").Headers["Nems-Subscriptions"];
        var fits = entries.TakeWhile((_, index) => string.Join("~~~", entries.Take(index + 1)).Length <= 500).ToArray();
        Assert.Equal(fits, list.Split("~~~"));
        Assert.Equal(count == 3, fits.Length == count);
        Assert.Equal(other, received.Single(request => request.Path == "/other").Headers["Nems-Subscriptions"]);

        // Nothing else was planned: the next event has the next number.
        await nems.Client.PublishAsync(Message.ChangeOfAddress);
        Assert.Equal([1, 1, 2, 2], (await subscriber.ReceivesAsync(4)).Select(request => request.Sequence).Order());
    }
}
