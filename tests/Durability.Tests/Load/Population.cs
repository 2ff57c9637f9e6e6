using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Durability.Tests.Load;

/// <summary>Who is written about and who subscribed to what, so that a test can say which destinations an event must reach.</summary>
internal sealed class Population
{
    /// <summary>Nobody subscribed to the last of them by number.</summary>
    private const int Known = 6;

    private static readonly Message[] Kinds = [Message.Hearing, Message.Death, Message.ChangeOfAddress];
    private readonly IReadOnlyList<string> numbers = Patients.Numbers(Known + 1);
    private readonly List<(string Id, string Path, Func<int, EventType, bool> Wants)> subscriptions = [];

    public int Count => numbers.Count;

    public IEnumerable<string> Paths => subscriptions.Select(subscription => subscription.Path).Distinct();

    /// <summary>The event of one patient's so-many-th step. Its bytes are like no other's.</summary>
    public Message MessageOf(int patient, int step) => Kinds[step % Kinds.Length].About(numbers[patient]).Numbered(step);

    public static EventType TypeOf(int step) => Kinds[step % Kinds.Length].Type;

    public async Task SubscribeAsync(NemsClient client, FakeSubscriber receiver)
    {
        for (var patient = 0; patient < 4; patient++) await AddAsync("one", patient, null, null);

        // A second and a third subscription of the same destination.
        for (var patient = 0; patient < 2; patient++) await AddAsync("one", patient, EventType.NewbornHearing, "ward-7");
        await AddAsync("one", 0, EventType.Death, "register");
        for (var patient = 2; patient < Known; patient++) await AddAsync("two", patient, null, null);
        for (var patient = 0; patient < Known; patient++) await AddAsync("three", patient, EventType.Death, null);

        var (id, _) = await client.SubscribeByRuleAsync("GP_GP_GP", "B86056", EventType.NewbornHearing, receiver.Url("rule"));
        subscriptions.Add((id, "/rule", (_, type) => type == EventType.NewbornHearing));

        async Task AddAsync(string path, int patient, EventType? only, string? tag)
        {
            var (id, _) = await client.SubscribeAsync(numbers[patient], receiver.Url(path), only is null ? null : [only], tag: tag);
            subscriptions.Add((tag is null ? id : $"{id}|{tag}", "/" + path, (about, type) => about == patient && (only is null || only == type)));
        }
    }

    /// <summary>What a copy lists as its subscriptions, by the destinations that an event must reach.</summary>
    public IReadOnlyDictionary<string, string> Expected(int patient, int step) => subscriptions
        .Where(subscription => subscription.Wants(patient, TypeOf(step)))
        .GroupBy(subscription => subscription.Path)
        .ToDictionary(group => group.Key, group => string.Join("~~~", group.Select(subscription => subscription.Id)));
}
