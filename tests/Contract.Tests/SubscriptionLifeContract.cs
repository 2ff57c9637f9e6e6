using Nems.Core.Audit;
using Nems.Core.Events;
using Nems.Core.Ports;
using Nems.Core.Subscribe;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>From requested to active, and from active to off: once, recorded, and seen by the next match.</summary>
public abstract class SubscriptionLifeContract(Backend backend) : ContractTest(backend)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_has_ended_is_turned_off_at_its_end_and_not_before(bool isExplicit)
    {
        var subscription = Plain(isExplicit) with { EndsAt = Now.AddMinutes(1) };
        await CreateAsync(subscription);

        Assert.Equal(0, await ExpireAsync(Now.AddMinutes(1).AddTicks(-1)));
        Assert.Equal(SubscriptionState.Active, (await ReadAsync(subscription.Id)).State);
        Assert.Equal(1, await ExpireAsync(Now.AddMinutes(1)));
        Assert.Equal(0, await ExpireAsync(Now.AddMinutes(2)));

        var before = await ReadAsync(subscription.Id);
        await Backend.RestartAsync();
        foreach (var read in new[] { before, await ReadAsync(subscription.Id), Assert.Single(await CandidatesAsync(subscription.MatchKey)) })
        {
            Assert.Equal(SubscriptionState.Off, read.State);
            Assert.NotEqual(subscription.VersionId, read.VersionId);
        }
    }

    [Fact]
    public async Task Each_end_is_in_the_trail_once_and_raises_the_version_of_the_rights()
    {
        var subscription = Plain(isExplicit: true) with { EndsAt = Now };
        await CreateAsync(subscription);
        var version = Backend.Subscriptions.RightsVersion;

        await ExpireAsync(Now.AddMinutes(1));
        await ExpireAsync(Now.AddMinutes(2));

        var entry = Assert.Single(await Backend.Audit.ReadAsync(subscription.Id, 10, Cancel));
        Assert.Equal((AuditAction.SubscriptionExpired, subscription.Organisation, Now.AddMinutes(1)), (entry.Action, entry.Organisation, entry.At));
        Assert.Equal(subscription.Destination.Id, entry.Destination);
        Assert.True(Backend.Subscriptions.RightsVersion > version);
    }

    [Fact]
    public async Task Ends_are_taken_in_their_order_and_no_more_than_asked_at_a_time()
    {
        var ended = Enumerable.Range(0, 5).Select(index => Plain(isExplicit: index % 2 == 0) with { EndsAt = Now.AddSeconds(-index) }).ToArray();
        var goesOn = Plain(isExplicit: true) with { EndsAt = Now.AddDays(1) };
        await CreateAsync([goesOn, .. ended]);

        Assert.Equal(2, await ExpireAsync(Now, limit: 2));
        var isOff = await Task.WhenAll(ended.Select(async one => (await ReadAsync(one.Id)).State == SubscriptionState.Off));
        Assert.Equal([false, false, false, true, true], isOff);
        Assert.Equal(2, await ExpireAsync(Now, limit: 2));
        Assert.Equal(1, await ExpireAsync(Now, limit: 2));
        Assert.Equal(SubscriptionState.Active, (await ReadAsync(goesOn.Id)).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_has_ended_is_still_found_for_events_accepted_before_it(bool isExplicit)
    {
        var subscription = Plain(isExplicit) with { EndsAt = Now };
        await CreateAsync(subscription);

        await ExpireAsync(Now);

        var found = Assert.Single(await CandidatesAsync(subscription.MatchKey));
        Assert.True(found.IsInForce(Now.AddTicks(-1)));
        Assert.False(found.IsInForce(Now));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_equal_one_may_be_created_again_once_the_first_has_ended(bool isSwept)
    {
        var key = ASubscription.SomeDuplicateKey();
        var first = Plain(isExplicit: true) with { EndsAt = Now };
        await Backend.Subscriptions.CreateAsync(first.Stored(), key, Cancel);
        if (isSwept) await ExpireAsync(Now);
        var tooEarly = ASubscription.To(AnEvent.SomePatient()) with { MatchKey = first.MatchKey, CreatedAt = Now.AddTicks(-1) };
        var second = tooEarly with { Id = new SubscriptionId(Guid.NewGuid()), CreatedAt = Now };

        if (!isSwept) Assert.Equal(new CreateOutcome.Duplicate(first.Id), await Backend.Subscriptions.CreateAsync(tooEarly.Stored(), key, Cancel));
        Assert.IsType<CreateOutcome.Created>(await Backend.Subscriptions.CreateAsync(second.Stored(), key, Cancel));
        Assert.Equal(isSwept ? 0 : 1, await ExpireAsync(Now));

        Assert.Equal(SubscriptionState.Off, (await ReadAsync(first.Id)).State);
        Assert.Equal(SubscriptionState.Active, (await ReadAsync(second.Id)).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_activation_counts_from_its_moment_also_after_a_restart(bool isExplicit)
    {
        var requested = Requested(isExplicit);
        await CreateAsync(requested);
        Assert.False(Assert.Single(await CandidatesAsync(requested.MatchKey)).IsInForce(Now.AddDays(1)));
        var version = Backend.Subscriptions.RightsVersion;

        var outcome = await Backend.Subscriptions.ActivateAsync(requested.Id, Now, "ops", Cancel);

        Assert.Equal(requested.Id, Assert.IsType<ActivateOutcome.Activated>(outcome).Subscription.Id);
        Assert.True(Backend.Subscriptions.RightsVersion > version);
        var before = Assert.Single(await CandidatesAsync(requested.MatchKey));
        await Backend.RestartAsync();
        foreach (var found in new[] { before, Assert.Single(await CandidatesAsync(requested.MatchKey)), await ReadAsync(requested.Id) })
        {
            Assert.Equal((SubscriptionState.Active, requested.CreatedAt), (found.State, found.CreatedAt));
            Assert.NotEqual(requested.VersionId, found.VersionId);
            Assert.False(found.IsInForce(Now.AddTicks(-1)));
            Assert.True(found.IsInForce(Now));
        }
    }

    [Fact]
    public async Task Of_racing_activations_one_activates_and_is_in_the_trail()
    {
        var requested = Requested(isExplicit: true);
        await CreateAsync(requested);

        var outcomes = await RaceAsync(10, _ => Backend.Subscriptions.ActivateAsync(requested.Id, Now, "ops", Cancel));

        Assert.Single(outcomes.OfType<ActivateOutcome.Activated>());
        Assert.Equal(9, outcomes.Count(outcome => outcome is ActivateOutcome.NotRequested { State: SubscriptionState.Active }));
        var entry = Assert.Single(await Backend.Audit.ReadAsync(requested.Id, 10, Cancel));
        Assert.Equal((AuditAction.SubscriptionActivated, "ops", requested.Organisation), (entry.Action, entry.Asid, entry.Organisation));
    }

    [Fact]
    public async Task What_has_ended_or_is_unknown_is_not_activated()
    {
        var ended = Requested(isExplicit: true) with { EndsAt = Now };
        await CreateAsync(ended);

        Assert.Equal(new ActivateOutcome.NotRequested(SubscriptionState.Off), await Backend.Subscriptions.ActivateAsync(ended.Id, Now, "ops", Cancel));
        Assert.Equal(1, await ExpireAsync(Now));
        Assert.Equal(new ActivateOutcome.NotRequested(SubscriptionState.Off), await Backend.Subscriptions.ActivateAsync(ended.Id, Now, "ops", Cancel));
        Assert.Equal(new ActivateOutcome.NotFound(), await Backend.Subscriptions.ActivateAsync(new SubscriptionId(Guid.NewGuid()), Now, "ops", Cancel));
        Assert.False((await ReadAsync(ended.Id)).Stands);
    }

    private static Subscription Plain(bool isExplicit) =>
        isExplicit ? ASubscription.To(AnEvent.SomePatient()) : ASubscription.ByRule("gp", "B86056", EventType.Death);

    private static Subscription Requested(bool isExplicit) => Plain(isExplicit) with { State = SubscriptionState.Requested, ActiveSince = null, Tag = "ward-7" };

    private Task<int> ExpireAsync(DateTimeOffset at, int limit = 500) => Backend.Subscriptions.ExpireAsync(at, limit, Cancel);

    private async Task<Subscription> ReadAsync(SubscriptionId id)
    {
        var stored = await Backend.Subscriptions.ReadAsync(id, Cancel);
        Assert.NotNull(stored);
        return stored.Subscription;
    }

    private async Task<List<Subscription>> CandidatesAsync(string key)
    {
        List<Subscription> found = [];
        await Backend.Subscriptions.CandidatesAsync([key], found, Cancel);
        return found;
    }

    private async Task CreateAsync(params Subscription[] subscriptions)
    {
        foreach (var subscription in subscriptions)
            await Backend.Subscriptions.CreateAsync(subscription.Stored(), ASubscription.SomeDuplicateKey(), Cancel);
    }
}
