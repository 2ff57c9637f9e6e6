using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Nems.Core.Deliver;
using Nems.Core.Fhir;
using Nems.Core.Problems;
using Nems.Core.Registry;

namespace Nems.Core.Subscribe;

/// <summary>Judges where an organisation may receive, and makes the destination. An unknown place and another's are refused in the same words.</summary>
internal sealed class EndpointRules(DestinationIdentity destinations, IOptions<EgressOptions> egress)
{
    private const int MaxLength = 2_048;
    private const string Location = "Subscription.channel.endpoint";

    /// <summary>Null, with the problem, where the organisation may not receive there.</summary>
    internal Destination? DestinationOf(SubscriptionReading reading, string organisation, RegistrySnapshot registry, out Problem? problem)
    {
        problem = null;
        if (reading is not { Channel: { } channel, Endpoint: { } endpoint, Headers: { } headers }) return null;
        var destination = channel switch
        {
            ChannelKind.Mesh when registry.TryMailbox(endpoint, out var mailbox) && IsSame(mailbox.Organisation, organisation)
                => destinations.Mailbox(organisation, mailbox.Id),
            ChannelKind.Mesh => null,
            ChannelKind.Webhook when TryAddress(endpoint, out var address) && registry.TryOrganisation(organisation, out var owner) && owner.Allows(address)
                => destinations.Webhook(organisation, address.AbsoluteUri, reading.Form, headers.Sent, headers.SignAsymmetrically),
            ChannelKind.Webhook => null,
            _ => throw new UnreachableException(),
        };
        if (destination is null) problem = new Problem(SpineCode.InvalidResource, WordsFor(channel), Location);
        return destination;
    }

    private static string WordsFor(ChannelKind channel) => channel switch
    {
        ChannelKind.Mesh => "channel.endpoint must be the id of a mailbox that belongs to the organisation of the first contact.",
        ChannelKind.Webhook => "channel.endpoint must be an absolute https address without user name and fragment, at a host listed for the organisation of the first contact.",
        _ => throw new UnreachableException(),
    };

    // Uri forgives white space, a backslash and an empty user name; a receiver's address does not need them.
    private bool TryAddress(string text, [NotNullWhen(true)] out Uri? address)
    {
        address = null;
        if (text.Length > MaxLength || text.AsSpan().ContainsAny('#', '\\') || text.Any(character => character <= ' ' || char.IsControl(character) || char.IsWhiteSpace(character)))
            return false;
        if (!Uri.TryCreate(text, UriKind.Absolute, out address) || address.Host.Length == 0) return false;
        if (address.UserInfo.Length > 0 || AuthorityOf(text).Contains('@')) return false;
        return address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp && egress.Value.IsAllowed(address);
    }

    private static ReadOnlySpan<char> AuthorityOf(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        var rest = start < 0 ? text : text.AsSpan(start + 3);
        return rest.IndexOfAny('/', '?') is var end and >= 0 ? rest[..end] : rest;
    }

    private static bool IsSame(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
