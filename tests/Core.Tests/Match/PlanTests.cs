using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Match;
using Nems.Core.Publish;
using Nems.Core.Subscribe;

namespace Nems.Core.Tests.Match;

/// <summary>One copy for a destination, and the list of the subscriptions that it serves (NEMS 7.1, 7.2).</summary>
public sealed class PlanTests
{
    private static readonly MatchFacts Facts = new([], 41, true);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public void Explicit_and_generic_subscriptions_of_one_destination_get_one_copy_that_lists_all_by_creation(int count)
    {
        var inOrder = Matching(count);
        List<Subscription> shuffled = [.. inOrder];
        new Random(count).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(shuffled));

        var planned = Assert.Single(Matcher.Plan(shuffled, EventType.Death, Facts, Situation.Accepted));

        Assert.Equal(Situation.Hook("a").Id, planned.Destination.Id);
        Assert.Equal(inOrder.Select(subscription => new MatchedSubscription(subscription.Id, subscription.Tag)), planned.Subscriptions);
    }

    [Fact]
    public void Created_in_the_same_moment_they_are_listed_by_id_as_it_prints()
    {
        Guid[] ids = [.. Enumerable.Range(0, 40).Select(seed => { var bytes = new byte[16]; new Random(seed).NextBytes(bytes); return new Guid(bytes); })];
        List<Subscription> candidates = [.. ids.Select(id => Matching(1)[0] with { Id = new SubscriptionId(id) })];

        var planned = Assert.Single(Matcher.Plan(candidates, EventType.Death, Facts, Situation.Accepted));

        var printed = planned.Subscriptions.Select(matched => matched.Id.ToString()).ToArray();
        Assert.Equal(printed.Order(StringComparer.Ordinal), printed);
    }

    [Fact]
    public void Each_destination_gets_its_own_copy_with_its_own_subscriptions_and_those_that_do_not_want_it_are_not_listed()
    {
        var all = Matching(30).Select((subscription, index) => subscription with
        {
            Destination = Situation.Hook("abc"[index % 3].ToString()),
            State = index % 5 == 0 ? SubscriptionState.Off : SubscriptionState.Active,
        }).ToArray();

        var planned = Matcher.Plan([.. all], EventType.Death, Facts, Situation.Accepted);

        Assert.Equal(3, planned.Count);
        foreach (var name in new[] { "a", "b", "c" })
        {
            var mine = all.Where(subscription => subscription.State == SubscriptionState.Active && subscription.Destination.Id == Situation.Hook(name).Id);
            Assert.Equal(
                mine.Select(subscription => subscription.Id),
                planned.Single(delivery => delivery.Destination.Id == Situation.Hook(name).Id).Subscriptions.Select(matched => matched.Id));
        }
    }

    [Fact]
    public void A_subscription_found_twice_is_listed_once()
    {
        var both = Matching(2);

        var planned = Assert.Single(Matcher.Plan([both[0], both[1], both[0]], EventType.Death, Facts, Situation.Accepted));

        Assert.Equal([both[0].Id, both[1].Id], planned.Subscriptions.Select(matched => matched.Id));
    }

    [Fact]
    public void Nobody_who_wants_it_is_no_delivery()
    {
        Assert.Empty(Matcher.Plan([], EventType.Death, Facts, Situation.Accepted));
        Assert.Empty(Matcher.Plan(Matching(3), EventType.Vaccinations, Facts, Situation.Accepted));
        Assert.Empty(Matcher.Plan(Matching(1), EventType.Vaccinations, Facts, Situation.Accepted));
    }

    [Fact]
    public void The_list_of_one_is_its_id_and_tag_and_without_a_tag_nothing_for_MESH()
    {
        var tagged = Matched(1, "site|ward-7,a");
        var bare = Matched(2, null);

        Assert.Equal("00000000000000000000000000000001|site|ward-7,a", SubscriptionList.All([tagged]));
        Assert.Equal("00000000000000000000000000000001|site|ward-7,a", SubscriptionList.Tagged([tagged]));
        Assert.Equal("00000000000000000000000000000002", SubscriptionList.All([bare]));
        Assert.Equal("", SubscriptionList.Tagged([bare]));
    }

    [Fact]
    public void The_list_of_three_sets_them_apart_and_for_MESH_leaves_out_those_without_a_tag()
    {
        MatchedSubscription[] three = [Matched(1, null), Matched(2, "a|b"), Matched(3, null)];

        Assert.Equal(
            "00000000000000000000000000000001~~~00000000000000000000000000000002|a|b~~~00000000000000000000000000000003", SubscriptionList.All(three));
        Assert.Equal("00000000000000000000000000000002|a|b", SubscriptionList.Tagged(three));
        Assert.Equal("", SubscriptionList.Tagged([three[0], three[2]]));
    }

    [Fact]
    public void The_list_of_fifty_holds_whole_entries_within_500_characters()
    {
        MatchedSubscription[] tagged = [.. Enumerable.Range(1, 50).Select(number => Matched(number, "ward|7"))];
        MatchedSubscription[] bare = [.. Enumerable.Range(1, 50).Select(number => Matched(number, null))];

        // 32 + 1 + 6 characters and 3 between: 12 entries are 501, 11 are 459. Bare: 14 are 487, 15 are 522.
        Assert.Equal(string.Join("~~~", tagged.Take(11).Select(matched => $"{matched.Id}|ward|7")), SubscriptionList.All(tagged));
        Assert.Equal(SubscriptionList.All(tagged), SubscriptionList.Tagged(tagged));
        Assert.Equal(string.Join("~~~", bare.Take(14).Select(matched => matched.Id.ToString())), SubscriptionList.All(bare));
        Assert.Equal("", SubscriptionList.Tagged(bare));
    }

    [Fact]
    public void Exactly_500_characters_fit_and_one_more_does_not()
    {
        // Three of 32 + 1 + 100, then 500 - 3 * 133 - 3 * 3 = 92 are left: 32 + 1 + 59.
        var longTag = new string('t', 100);
        MatchedSubscription[] fits = [Matched(1, longTag), Matched(2, longTag), Matched(3, longTag), Matched(4, new string('u', 59))];
        MatchedSubscription[] tooLong = [fits[0], fits[1], fits[2], Matched(4, new string('u', 60)), Matched(5, null)];

        Assert.Equal(500, SubscriptionList.All(fits).Length);
        Assert.EndsWith(new string('u', 59), SubscriptionList.All(fits), StringComparison.Ordinal);
        Assert.Equal(string.Join("~~~", tooLong.Take(3).Select(matched => $"{matched.Id}|{longTag}")), SubscriptionList.All(tooLong));
    }

    // Half of them explicit, half by a rule, each created after the one before.
    private static List<Subscription> Matching(int count) =>
    [
        .. Enumerable.Range(0, count).Select(index => Situation.Subscribed(index % 2 == 0
            ? $"/Bundle?type=message&Patient.identifier={NhsNumber.System}|{Situation.Patient}&MessageHeader.event={EventType.Death.Code}&tag=t{index}"
            : $"/Bundle?type=message&subscriptionRuleType=COUNTRYCODE&Organization.identifier=E92000001&MessageHeader.event={EventType.Death.Code}")
            with { CreatedAt = Situation.Accepted.AddHours(index - count) }),
    ];

    private static MatchedSubscription Matched(int number, string? tag) => new(new SubscriptionId(new Guid($"{number:D32}")), tag);
}
