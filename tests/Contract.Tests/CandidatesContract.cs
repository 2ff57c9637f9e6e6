using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Subscribe;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>Candidates: the patient's explicit subscriptions and every rule under the event's keys, as they stand now.</summary>
public abstract class CandidatesContract(Backend backend) : ContractTest(backend)
{
    [Fact]
    public async Task Candidates_hold_the_patients_explicit_ones_and_every_rule_and_no_other()
    {
        var patient = AnEvent.SomePatient();
        Subscription[] wanted =
        [
            ASubscription.To(patient), ASubscription.To(patient), ASubscription.To(patient),
            ASubscription.ByRule("gp", "B86056", EventType.Death), ASubscription.ByRule("gp", "B86056", EventType.Death),
            ASubscription.ByRule("country", "E92000001", EventType.Death),
        ];
        Subscription[] others =
        [
            ASubscription.To(AnEvent.SomePatient()), ASubscription.ByRule("gp", "B86056", EventType.Vaccinations),
            ASubscription.ByRule("gp", "A83627", EventType.Death), ASubscription.ByRule("icb", "B86056", EventType.Death),
        ];
        await CreateAsync([.. wanted, .. others]);

        var found = await CandidatesAsync(KeyedHash.ExplicitMatchKey(patient), "gp:B86056:" + EventType.Death.Code, "country:E92000001:" + EventType.Death.Code);

        Assert.Equal(Ids(wanted), Ids(found));
    }

    [Fact]
    public async Task What_was_created_is_a_candidate_of_the_next_match()
    {
        for (var index = 0; index < 20; index++)
        {
            var explicitOne = ASubscription.To(AnEvent.SomePatient());
            var rule = ASubscription.ByRule("gp", $"B{index:00000}", EventType.Death);

            await CreateAsync(explicitOne, rule);

            Assert.Equal(Ids([explicitOne, rule]), Ids(await CandidatesAsync(explicitOne.MatchKey, rule.MatchKey)));
        }
    }

    [Fact]
    public async Task What_was_deleted_is_never_a_candidate_again()
    {
        var patient = AnEvent.SomePatient();
        Subscription[] kept = [ASubscription.To(patient), ASubscription.ByRule("gp", "B86056", EventType.Death)];
        Subscription[] gone = [ASubscription.To(patient), ASubscription.ByRule("gp", "B86056", EventType.Death)];
        await CreateAsync([.. kept, .. gone]);

        foreach (var subscription in gone) await Backend.Subscriptions.DeleteAsync(subscription.Id, Cancel);
        var before = await CandidatesAsync(kept[0].MatchKey, kept[1].MatchKey);
        await Backend.RestartAsync();
        var after = await CandidatesAsync(kept[0].MatchKey, kept[1].MatchKey);

        Assert.Equal(Ids(kept), Ids(before));
        Assert.Equal(Ids(kept), Ids(after));
    }

    [Fact]
    public async Task Explicit_ones_and_rules_are_kept_whole_over_a_restart()
    {
        var explicitOne = ASubscription.To(AnEvent.SomePatient()) with { Tag = "a", Ages = [new AgeFilter(AgeComparator.LessThan, 5)] };
        var rule = ASubscription.ByRule("la", "E08000035", EventType.Death) with { Tag = "b", Ages = [new AgeFilter(AgeComparator.GreaterThan, 64)], EndsAt = Now.AddDays(30) };
        await CreateAsync(explicitOne, rule);

        await Backend.RestartAsync();
        var found = await CandidatesAsync(explicitOne.MatchKey, rule.MatchKey);

        Assert.Equivalent(explicitOne, found[0], strict: true);
        Assert.Equivalent(rule, found[1], strict: true);
        Assert.Equal(2, found.Count);
    }

    [Fact]
    public async Task A_duplicate_does_not_become_a_candidate()
    {
        var key = ASubscription.SomeDuplicateKey();
        var first = ASubscription.ByRule("gp", "B86056", EventType.Death);
        await Backend.Subscriptions.CreateAsync(first.Stored(), key, Cancel);

        await Backend.Subscriptions.CreateAsync(ASubscription.ByRule("gp", "B86056", EventType.Death).Stored(), key, Cancel);

        Assert.Equal(first.Id, Assert.Single(await CandidatesAsync(first.MatchKey)).Id);
    }

    [Fact]
    public async Task What_was_found_before_stays_in_the_collection()
    {
        var rule = ASubscription.ByRule("gp", "B86056", EventType.Death);
        await CreateAsync(rule);
        var earlier = ASubscription.To(AnEvent.SomePatient());
        List<Subscription> found = [earlier];

        await Backend.Subscriptions.CandidatesAsync([rule.MatchKey], found, Cancel);

        Assert.Equal([earlier.Id, rule.Id], found.Select(subscription => subscription.Id));
    }

    [Fact]
    public async Task Creates_deletes_and_matches_at_once_never_lose_a_rule_that_stands()
    {
        var standing = ASubscription.ByRule("gp", "B86056", EventType.Death);
        await CreateAsync(standing);

        var seen = await RaceAsync(60, async index =>
        {
            var passing = ASubscription.ByRule("gp", "B86056", EventType.Death);
            await CreateAsync(passing);
            var withIt = await CandidatesAsync(standing.MatchKey);
            await Backend.Subscriptions.DeleteAsync(passing.Id, Cancel);
            var without = await CandidatesAsync(standing.MatchKey);
            return withIt.Exists(found => found.Id == standing.Id) && withIt.Exists(found => found.Id == passing.Id)
                && without.Exists(found => found.Id == standing.Id) && !without.Exists(found => found.Id == passing.Id);
        });

        Assert.All(seen, Assert.True);
        Assert.Equal(standing.Id, Assert.Single(await CandidatesAsync(standing.MatchKey)).Id);
    }

    private static IEnumerable<Guid> Ids(IEnumerable<Subscription> subscriptions) => subscriptions.Select(subscription => subscription.Id.Value).Order();

    private async Task<List<Subscription>> CandidatesAsync(params string[] keys)
    {
        List<Subscription> found = [];
        await Backend.Subscriptions.CandidatesAsync(keys, found, Cancel);
        return found;
    }

    private async Task CreateAsync(params Subscription[] subscriptions)
    {
        foreach (var subscription in subscriptions)
            await Backend.Subscriptions.CreateAsync(subscription.Stored(), ASubscription.SomeDuplicateKey(), Cancel);
    }
}
