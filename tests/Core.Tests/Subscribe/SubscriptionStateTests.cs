using Nems.Core.Deliver;
using Nems.Core.Subscribe;
using Nems.Core.Tests.Fhir;

namespace Nems.Core.Tests.Subscribe;

/// <summary>What a subscription's state and moments say of an event.</summary>
public sealed class SubscriptionStateTests
{
    private static readonly DateTimeOffset Start = ASubscription.Now;
    private static readonly DateTimeOffset End = Start.AddHours(1);

    [Theory]
    [InlineData(SubscriptionState.Active, 0, true)]
    [InlineData(SubscriptionState.Active, -1, false)]
    [InlineData(SubscriptionState.Active, 35_999_999_999, true)]
    [InlineData(SubscriptionState.Active, 36_000_000_000, false)]
    [InlineData(SubscriptionState.Off, 35_999_999_999, true)]
    [InlineData(SubscriptionState.Off, 36_000_000_000, false)]
    [InlineData(SubscriptionState.Error, 1, false)]
    public void It_is_in_force_from_its_start_to_its_end_also_when_asked_after_it(SubscriptionState state, long ticks, bool inForce)
    {
        Assert.Equal(inForce, Make(state, Start, End).IsInForce(Start.AddTicks(ticks)));
    }

    [Theory]
    [InlineData(SubscriptionState.Requested)]
    [InlineData(SubscriptionState.Off)]
    public void What_was_never_active_is_never_in_force_and_nothing_is_sent_for_it(SubscriptionState state)
    {
        var subscription = Make(state, activeSince: null, End);

        Assert.False(subscription.IsInForce(Start.AddMinutes(1)));
        Assert.False(subscription.Stands);
    }

    [Fact]
    public void An_activation_later_than_the_creation_moves_the_start()
    {
        var subscription = Make(SubscriptionState.Active, Start.AddMinutes(10), null);

        Assert.False(subscription.IsInForce(Start.AddMinutes(10).AddTicks(-1)));
        Assert.True(subscription.IsInForce(Start.AddMinutes(10)));
        Assert.Equal(Start.AddMinutes(10), subscription.LastUpdated);
    }

    [Fact]
    public void What_has_ended_was_changed_last_at_its_end_and_what_matched_it_may_still_be_sent()
    {
        var subscription = Make(SubscriptionState.Off, Start, End);

        Assert.True(subscription.Stands);
        Assert.Equal(End, subscription.LastUpdated);
    }

    [Theory]
    [InlineData(SubscriptionReview.Automatic, SubscriptionState.Active)]
    [InlineData(SubscriptionReview.Manual, SubscriptionState.Requested)]
    public async Task A_new_subscription_begins_as_the_deployment_says(SubscriptionReview review, SubscriptionState state)
    {
        var service = new SubscribeFixture();
        service.Begin.Review = review;

        var created = await service.CreatedAsync(new Fhir.ASubscription());

        var stored = service.Store.Stored[created.Id].Subscription;
        Assert.Equal(state, stored.State);
        Assert.Equal(review == SubscriptionReview.Automatic ? stored.CreatedAt : null, stored.ActiveSince);
    }

    private static Subscription Make(SubscriptionState state, DateTimeOffset? activeSince, DateTimeOffset? endsAt) => new()
    {
        Id = default,
        MatchKey = "nhs:x",
        Organisation = "RR8",
        State = state,
        Events = 1,
        Ages = [],
        GpRegistration = GpRegistration.Any,
        CreatedAt = Start,
        ActiveSince = activeSince,
        EndsAt = endsAt,
        Destination = new Destination(default, "RR8", ChannelKind.Mesh, "RR8OT001", "", [], false),
        Tag = null,
        VersionId = "1",
    };
}
