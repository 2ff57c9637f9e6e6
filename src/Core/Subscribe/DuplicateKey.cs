using Nems.Core.Deliver;
using Nems.Core.Keys;

namespace Nems.Core.Subscribe;

/// <summary>What makes two subscriptions the same: organisation, criteria as they were written, channel and endpoint.</summary>
internal static class DuplicateKey
{
    internal static UInt128 Of(Destination destination, string criteria, KeyedHash hash) => hash.Of(
        "subscription:", DestinationIdentity.Unambiguous([destination.Organisation, criteria, destination.Channel.ToString(), destination.Endpoint]));
}
