using System.Net.Http.Headers;
using Nems.Core.Deliver;
using Nems.Journey.Tests.Delivering;
using Nems.Testing;

namespace Nems.Journey.Tests.Subscriptions;

/// <summary>A deployment whose operators review each subscription before it counts.</summary>
public sealed class ReviewTests
{
    private const string Manual = "Nems:Subscriptions:Review=Manual";

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task A_requested_subscription_matches_nothing_until_an_operator_activates_it(bool isExplicit, bool restarts)
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var first = await NemsUnderTest.StartAsync([subscriber], clock, [Manual], directory.Path);
        var (id, _) = isExplicit
            ? await first.Client.SubscribeAsync(Patients.Jo, subscriber.Url())
            : await first.Client.SubscribeByRuleAsync("GP_GP_GP", "B86056", Message.ChangeOfAddress.Type, subscriber.Url());
        var destination = await first.DestinationOfAsync(id);
        var (status, requestedTag) = await StatusAsync(first, id);
        Assert.Equal("requested", status);
        clock.Advance(TimeSpan.FromSeconds(1));
        await first.Client.PublishAsync(Message.ChangeOfAddress.About(Patients.Jo));
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(200, await ActivateAsync(first, id));
        if (restarts) await first.DisposeAsync();
        var nems = restarts ? await NemsUnderTest.StartAsync([subscriber], clock, [Manual], directory.Path) : first;
        await using var stops = nems;

        var (active, activeTag) = await StatusAsync(nems, id);
        Assert.Equal("active", active);
        Assert.NotEqual(requestedTag, activeTag);
        var after = await nems.Client.PublishAsync(Message.ChangeOfAddress.About(Patients.Jo));
        Assert.Equal(1, (await nems.UntilAsync(after, destination, delivery => delivery.State == DeliveryState.Delivered)).Number);
        Assert.Single(subscriber.Begun);
    }

    [Fact]
    public async Task Activating_again_changes_nothing_and_an_unknown_one_is_not_found()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], settings: [Manual]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());

        Assert.Equal(401, await ActivateAsync(nems, id, "not-an-operator"));
        Assert.Equal("requested", (await StatusAsync(nems, id)).Status);
        Assert.Equal(200, await ActivateAsync(nems, id));
        var tag = (await StatusAsync(nems, id)).Tag;
        Assert.Equal(200, await ActivateAsync(nems, id));

        Assert.Equal(tag, (await StatusAsync(nems, id)).Tag);
        Assert.Equal(404, await ActivateAsync(nems, Guid.NewGuid().ToString("N")));
        Assert.Equal(404, await ActivateAsync(nems, "no-id"));
    }

    [Fact]
    public async Task Without_the_setting_a_subscription_is_active_at_once()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);

        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());

        Assert.Equal("active", (await StatusAsync(nems, id)).Status);
    }

    private static async Task<int> ActivateAsync(NemsUnderTest nems, string id, string key = TestRegistry.OperatorKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/ops/subscriptions/{id}/activate");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await nems.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private static async Task<(string Status, string? Tag)> StatusAsync(NemsUnderTest nems, string id)
    {
        using var answer = await nems.Client.GetSubscriptionAsync(id);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var start = text.IndexOf("<status value=\"", StringComparison.Ordinal) + 15;
        return (text[start..text.IndexOf('"', start)], answer.Headers.ETag?.Tag);
    }
}
