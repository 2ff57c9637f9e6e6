using Nems.Core.Events;
using Nems.Core.Ports;
using Nems.Core.Subscribe;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>Many at once: as one by one, and none twice.</summary>
public abstract class ManySubscriptionsContract(Backend backend) : ContractTest(backend)
{
    [Fact]
    public async Task Many_are_stored_as_one_by_one()
    {
        Subscription[] many = [.. Enumerable.Range(0, 300).Select(Make)];

        var stored = await Backend.Subscriptions.CreateManyAsync([.. many.Select(New)], Cancel);

        Assert.Equal(300, stored);
        await HoldAsync(many);
        await Backend.RestartAsync();
        await HoldAsync(many);
    }

    [Fact]
    public async Task Those_that_are_there_are_left_out_and_the_others_stored()
    {
        NewSubscription[] many = [.. Enumerable.Range(0, 10).Select(Make).Select(New)];
        await Backend.Subscriptions.CreateAsync(many[3].Stored, many[3].DuplicateKey, Cancel);
        await Backend.Subscriptions.CreateAsync(many[4].Stored, many[4].DuplicateKey, Cancel);

        Assert.Equal(8, await Backend.Subscriptions.CreateManyAsync(many, Cancel));
        Assert.Equal(0, await Backend.Subscriptions.CreateManyAsync(many, Cancel));
        await HoldAsync([.. many.Select(added => added.Stored.Subscription)]);
    }

    [Fact]
    public async Task Equal_ones_among_many_are_stored_once()
    {
        var first = New(Make(0));

        Assert.Equal(1, await Backend.Subscriptions.CreateManyAsync([first, first with { Stored = (first.Stored.Subscription with { Id = new SubscriptionId(Guid.NewGuid()) }).Stored() }], Cancel));
        Assert.Single(await CandidatesAsync(first.Stored.Subscription.MatchKey));
    }

    private static Subscription Make(int index) => index % 3 == 0
        ? ASubscription.ByRule("gp", $"B{index % 30:00000}", EventType.Death) with { Tag = $"tag-{index}" }
        : ASubscription.To(AnEvent.SomePatient());

    private static NewSubscription New(Subscription subscription) => new(subscription.Stored(), ASubscription.SomeDuplicateKey());

    private async Task HoldAsync(Subscription[] expected)
    {
        foreach (var subscription in expected)
        {
            var read = await Backend.Subscriptions.ReadAsync(subscription.Id, Cancel);
            Assert.Equivalent(subscription, read?.Subscription, strict: true);
            Assert.Single(await CandidatesAsync(subscription.MatchKey), found => found.Id == subscription.Id);
        }
    }

    private async Task<List<Subscription>> CandidatesAsync(string key)
    {
        List<Subscription> found = [];
        await Backend.Subscriptions.CandidatesAsync([key], found, Cancel);
        return found;
    }
}
