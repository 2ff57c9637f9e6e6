using Nems.Core.Events;
using Nems.Core.Ports;
using Nems.Core.Publish;
using Nems.Core.Registry;

namespace Nems.Core.Deliver;

/// <summary>
/// Whether a delivery may be sent now: its subscriptions still stand, and its organisation may still receive at that place and
/// of that kind. Judged before each attempt, against facts at most as old as the registry's snapshot; looked up only when a
/// version moved (design promise 4).
/// </summary>
public sealed class SendingRights(IRegistry registry, ISubscriptionStore subscriptions)
{
    /// <summary>
    /// The subscriptions for which the delivery may be sent; empty when it is to be withheld. Fails closed: what cannot be
    /// looked up throws, and the attempt is not made.
    /// </summary>
    public async ValueTask<IReadOnlyList<MatchedSubscription>> JudgeAsync(
        Destination destination, OpenDelivery delivery, CancellationToken cancel)
    {
        if (!MayReceive(registry.Current, destination, delivery.Type)) return [];

        var version = subscriptions.RightsVersion;
        if (delivery.RightsVersion == version) return delivery.Subscriptions;

        List<MatchedSubscription> standing = [];
        foreach (var matched in delivery.Subscriptions)
        {
            var stored = await subscriptions.ReadAsync(matched.Id, cancel);
            if (stored?.Subscription is { Stands: true } subscription)
                standing.Add(matched with { Tag = subscription.Tag });
        }

        delivery.RightsVersion = version;
        return standing;
    }

    private static bool MayReceive(RegistrySnapshot registry, Destination destination, EventType type)
    {
        if (!registry.MayAnySystemSubscribe(destination.Organisation, type)) return false;
        return destination.Channel switch
        {
            ChannelKind.Webhook => registry.TryOrganisation(destination.Organisation, out var organisation)
                && Uri.TryCreate(destination.Endpoint, UriKind.Absolute, out var endpoint) && organisation.Allows(endpoint),
            ChannelKind.Mesh => registry.TryMailbox(destination.Endpoint, out var mailbox)
                && string.Equals(mailbox.Organisation, destination.Organisation, StringComparison.OrdinalIgnoreCase),
        };
    }
}
