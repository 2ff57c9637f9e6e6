using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Events;
using Nems.Core.Match;
using Nems.Core.Ports;
using Nems.Core.Publish;
using Nems.Journey.Tests.Delivering;
using Nems.Testing;

namespace Nems.Journey.Tests.Matching;

/// <summary>Events that wait to be matched while the process ends and starts again on the same directory.</summary>
public sealed class LateRestartTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_waited_is_matched_after_the_restart_in_order_before_what_is_posted_then(bool isFirstLookRefused)
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        var clock = Given.Clock();
        var source = new FakeDemographics(clock);
        List<Message> messages = [.. Enumerable.Range(1, 5).Select(number => (number % 2 == 0 ? Message.Death : Message.Hearing).About(Patients.Jo).Numbered(number))];
        Core.Events.EventId first;
        source.IsAway();
        await using (var before = await Sourced.StartAsync(subscriber, source, clock, directory: directory.Path))
        {
            await before.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
            first = await before.Client.PublishAsync(messages[0], "key-1");
            foreach (var message in messages.Skip(1)) await before.Client.PublishAsync(message);
        }

        await using var nems = await Sourced.StartAsync(subscriber, source, clock, directory: directory.Path, configure: builder =>
        {
            if (!isFirstLookRefused) return;
            var store = builder.Services.Last(service => service.ServiceType == typeof(IEventStore)).ImplementationType!; // registered by its type
            builder.Services.AddSingleton<IEventStore>(provider => new RefusesFirstLook((IEventStore)ActivatorUtilities.CreateInstance(provider, store)));
        });
        Assert.Equal(first, await nems.Client.PublishAsync(messages[0], "key-1"));
        messages.Add(Message.Death.About(Patients.Jo).Numbered(6));
        if (!isFirstLookRefused) await nems.Client.PublishAsync(messages[^1]);
        source.IsBack();
        await nems.PassUntilAsync(() => subscriber.Accepted.Count >= 5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        if (isFirstLookRefused) await nems.Client.PublishAsync(messages[^1]);

        var received = await subscriber.ReceivesAsync(6);
        Assert.Equal(Sourced.Bodies(messages), Sourced.Bodies(received));
        Assert.Equal([1, 2, 3, 4, 5, 6], received.Select(request => request.Sequence));
    }

    /// <summary>The store as shipped, but that its first look for what waits fails.</summary>
    private sealed class RefusesFirstLook(IEventStore inner) : IEventStore
    {
        private int looks;

        public bool IsWritable => inner.IsWritable;

        public Task<AcceptOutcome> AcceptAsync(NewEvent accepted, IReadOnlyList<PlannedDelivery>? deliveries, IdempotencyClaim? claim, CancellationToken cancel) =>
            inner.AcceptAsync(accepted, deliveries, claim, cancel);

        public Task MatchAsync(UnmatchedEvent unmatched, MatchFacts facts, IReadOnlyList<PlannedDelivery> deliveries, long rightsVersion, CancellationToken cancel) =>
            inner.MatchAsync(unmatched, facts, deliveries, rightsVersion, cancel);

        public ValueTask<IReadOnlyList<UnmatchedEvent>> UnmatchedAsync(Place after, int limit, CancellationToken cancel) =>
            Interlocked.Increment(ref looks) == 1 ? throw new StoreUnavailableException() : inner.UnmatchedAsync(after, limit, cancel);

        public void HandOverTo(IUnmatchedInbox inbox) => inner.HandOverTo(inbox);

        public ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(Place place, CancellationToken cancel) => inner.ReadBodyAsync(place, cancel);
    }
}
