using System.Text;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Journey.Tests.Matching;

/// <summary>Who hears of somebody who moves, changes practice, or has a new number.</summary>
public sealed class MoverTests
{
    [Fact]
    public async Task A_move_is_told_to_the_area_left_and_the_area_entered_and_to_no_other()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await Sourced.StartAsync(subscriber);
        await nems.Client.SubscribeByRuleAsync("UHV_POSTCODE_LACODE", "E09000001", EventType.ChangeOfAddress, subscriber.Url("left"));
        await nems.Client.SubscribeByRuleAsync("UHV_POSTCODE_LACODE", "W06000003", EventType.ChangeOfAddress, subscriber.Url("entered"));
        var (other, _) = await nems.Client.SubscribeByRuleAsync("UHV_POSTCODE_LACODE", "E09000002", EventType.ChangeOfAddress, subscriber.Url("other"));

        await nems.Client.PublishAsync(Message.ChangeOfAddress);

        Assert.Equal(["/entered", "/left"], (await subscriber.ReceivesAsync(2)).Select(request => request.Path).Order());
        Assert.Equal(0, await CountAsync(nems, other));
    }

    [Fact]
    public async Task A_move_inside_one_area_is_one_copy_that_lists_its_subscription_once()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await Sourced.StartAsync(subscriber);
        var (id, _) = await nems.Client.SubscribeByRuleAsync("COUNTRYCODE", "E92000001", EventType.ChangeOfAddress, subscriber.Url());
        var inside = Message.ChangeOfAddress with
        {
            Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Message.ChangeOfAddress.Body).Replace("ZZ99 3GH", "ZZ99 1EF", StringComparison.Ordinal)),
        };

        await nems.Client.PublishAsync(inside);

        Assert.Equal(id, (await subscriber.ReceivesAsync(1)).Single().Headers["Nems-Subscriptions"]);
        Assert.Equal(1, await CountAsync(nems, id));
    }

    [Theory]
    [InlineData("pds-change-of-gp-1.with-previous.xml", false, "/new")]
    [InlineData("pds-change-of-gp-1.with-previous.xml", true, "/left /new")]
    [InlineData("pds-change-of-gp-1.first-registration.xml", true, "/new")]
    [InlineData("pds-change-of-gp-1.deregistration.xml", false, "")]
    [InlineData("pds-change-of-gp-1.deregistration.xml", true, "/new")]
    public async Task The_practice_that_is_left_hears_of_it_only_where_the_setting_says_so(string sample, bool previous, string expected)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await Sourced.StartAsync(subscriber, settings: [$"Nems:Match:ChangeOfGp:Previous={previous}"]);

        // Of the de-registration B86056 is the practice that is left.
        var (entered, _) = await nems.Client.SubscribeByRuleAsync("GP_GP_GP", "B86056", EventType.ChangeOfGp, subscriber.Url("new"));
        var (left, _) = await nems.Client.SubscribeByRuleAsync("CHO_GP_CCG", "Q2", EventType.ChangeOfGp, subscriber.Url("left"));

        await nems.Client.PublishAsync(Message.Sample(sample));

        string[] paths = expected.Length == 0 ? [] : expected.Split(' ');
        Assert.Equal(paths.Length, await CountAsync(nems, entered) + await CountAsync(nems, left));
        Assert.Equal(paths, (await subscriber.ReceivesAsync(paths.Length)).Select(request => request.Path).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_of_a_superseded_record_reaches_subscriptions_to_the_new_number_only_where_the_setting_says_so(bool superseded)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        var source = new FakeDemographics(TimeProvider.System);
        source.Has("9990000077", supersededBy: "9990000069");
        await using var nems = await Sourced.StartAsync(subscriber, source, settings: [$"Nems:Match:Superseded={superseded}"]);
        var (old, _) = await nems.Client.SubscribeAsync("9990000077", subscriber.Url("old"));
        var (@new, _) = await nems.Client.SubscribeAsync("9990000069", subscriber.Url("new"));

        await nems.Client.PublishAsync(Message.Sample("pds-record-change-1.superseded.xml"));

        Assert.Equal((1, superseded ? 1 : 0), (await CountAsync(nems, old), await CountAsync(nems, @new)));
        await subscriber.ReceivesAsync(superseded ? 2 : 1);
    }

    [Fact]
    public async Task A_birth_reaches_who_follows_the_mother_and_who_follows_the_babys_home_and_without_her_number_only_the_latter()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await Sourced.StartAsync(subscriber);
        await nems.Client.SubscribeAsync("9990000042", subscriber.Url("mother"), [EventType.Birth]);
        var (baby, _) = await nems.Client.SubscribeAsync("9990000026", subscriber.Url("baby"), [EventType.Birth]);
        await nems.Client.SubscribeByRuleAsync("UHV_POSTCODE_LACODE", "E09000001", EventType.Birth, subscriber.Url("home"));

        await nems.Client.PublishAsync(Message.Sample("pds-birth-notification-1.with-mother.xml"));
        Assert.Equal(["/home", "/mother"], (await subscriber.ReceivesAsync(2)).Select(request => request.Path).Order());
        await nems.Client.PublishAsync(Message.Sample("pds-birth-notification-1.without-mother.xml"));

        Assert.Equal("/home", (await subscriber.ReceivesAsync(3))[2].Path);
        Assert.Equal(0, await CountAsync(nems, baby));
    }

    private static async Task<int> CountAsync(NemsUnderTest nems, string subscription)
    {
        DestinationId destination = await nems.DestinationOfAsync(subscription);
        return (await nems.Deliveries.ListAsync(destination, 0, 10, TestContext.Current.CancellationToken)).Count;
    }
}
