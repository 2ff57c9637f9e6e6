using Nems.Core.Events;
using Nems.Core.Ports;
using Nems.Core.Subscribe;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>Subscriptions: one of equal ones, read back whole, gone when deleted.</summary>
public abstract class SubscriptionStoreContract(Backend backend) : ContractTest(backend)
{
    [Fact]
    public async Task Two_equal_creates_in_a_race_give_one_created()
    {
        var key = ASubscription.SomeDuplicateKey();
        var patient = AnEvent.SomePatient();
        var racing = Enumerable.Range(0, 20).Select(_ => ASubscription.To(patient)).ToArray();

        var outcomes = await RaceAsync(20, index => Backend.Subscriptions.CreateAsync(racing[index].Stored(), key, Cancel));

        var winner = Assert.Single(outcomes.Index(), outcome => outcome.Item is CreateOutcome.Created);
        Assert.All(outcomes.Where(outcome => outcome != winner.Item), outcome => Assert.Equal(new CreateOutcome.Duplicate(racing[winner.Index].Id), outcome));
        foreach (var (index, subscription) in racing.Index())
            Assert.Equal(index == winner.Index, await Backend.Subscriptions.ReadAsync(subscription.Id, Cancel) is not null);
    }

    [Fact]
    public async Task Equality_is_remembered_over_a_restart()
    {
        var key = ASubscription.SomeDuplicateKey();
        var patient = AnEvent.SomePatient();
        var first = ASubscription.To(patient);
        await Backend.Subscriptions.CreateAsync(first.Stored(), key, Cancel);

        await Backend.RestartAsync();

        Assert.Equal(new CreateOutcome.Duplicate(first.Id), await Backend.Subscriptions.CreateAsync(ASubscription.To(patient).Stored(), key, Cancel));
    }

    [Fact]
    public async Task What_was_deleted_may_be_created_again()
    {
        var key = ASubscription.SomeDuplicateKey();
        var patient = AnEvent.SomePatient();
        var first = ASubscription.To(patient);
        await Backend.Subscriptions.CreateAsync(first.Stored(), key, Cancel);

        await Backend.Subscriptions.DeleteAsync(first.Id, Cancel);

        Assert.IsType<CreateOutcome.Created>(await Backend.Subscriptions.CreateAsync(ASubscription.To(patient).Stored(), key, Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_created_is_read_back_whole_also_after_a_restart(bool isExplicit)
    {
        var plain = isExplicit ? ASubscription.To(AnEvent.SomePatient()) : ASubscription.ByRule("gp", "B86056", EventType.Death);
        var subscription = plain with
        {
            Organisation = "RR8",
            Events = 1 << EventType.Vaccinations.Index | 1 << EventType.BloodSpot.Index,
            Ages = [new AgeFilter(AgeComparator.GreaterThan, 5), new AgeFilter(AgeComparator.LessThan, 19), new AgeFilter(AgeComparator.Exactly, 14)],
            GpRegistration = GpRegistration.UnregisteredOnly,
            EndsAt = Now.AddYears(1),
            Destination = ADestination.Webhook("whole", "RR8", "Authorization: Bearer abc"),
            Tag = "ward-7",
            VersionId = "9b2c",
        };
        var stored = new StoredSubscription(subscription, new byte[] { 0, 1, 2, 0xFF }, new FhirForm(FhirRelease.R4, FhirFormat.Json));

        await Backend.Subscriptions.CreateAsync(stored, ASubscription.SomeDuplicateKey(), Cancel);
        var before = await Backend.Subscriptions.ReadAsync(subscription.Id, Cancel);
        await Backend.RestartAsync();
        var after = await Backend.Subscriptions.ReadAsync(subscription.Id, Cancel);

        foreach (var read in new[] { before, after })
        {
            Assert.NotNull(read);
            Assert.Equivalent(subscription, read.Subscription, strict: true);
            Assert.Equal(stored.Resource.ToArray(), read.Resource.ToArray());
            Assert.Equal(stored.Form, read.Form);
        }
    }

    [Fact]
    public async Task A_delete_says_once_that_it_was_there()
    {
        var subscription = ASubscription.To(AnEvent.SomePatient());
        await Backend.Subscriptions.CreateAsync(subscription.Stored(), ASubscription.SomeDuplicateKey(), Cancel);

        var outcomes = await RaceAsync(10, _ => Backend.Subscriptions.DeleteAsync(subscription.Id, Cancel));

        Assert.Single(outcomes, wasThere => wasThere);
        Assert.Null(await Backend.Subscriptions.ReadAsync(subscription.Id, Cancel));
        await Backend.RestartAsync();
        Assert.Null(await Backend.Subscriptions.ReadAsync(subscription.Id, Cancel));
        Assert.False(await Backend.Subscriptions.DeleteAsync(subscription.Id, Cancel));
    }

    [Fact]
    public async Task Every_delete_raises_the_version_of_the_rights()
    {
        var first = ASubscription.To(AnEvent.SomePatient());
        var second = ASubscription.ByRule("gp", "B86056", EventType.Death);
        await Backend.Subscriptions.CreateAsync(first.Stored(), ASubscription.SomeDuplicateKey(), Cancel);
        await Backend.Subscriptions.CreateAsync(second.Stored(), ASubscription.SomeDuplicateKey(), Cancel);

        var atFirst = Backend.Subscriptions.RightsVersion;
        await Backend.Subscriptions.DeleteAsync(first.Id, Cancel);
        var then = Backend.Subscriptions.RightsVersion;
        await Backend.Subscriptions.DeleteAsync(second.Id, Cancel);

        Assert.True(atFirst < then && then < Backend.Subscriptions.RightsVersion);
    }
}
