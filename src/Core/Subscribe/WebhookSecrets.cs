using System.Security.Cryptography;
using Nems.Core.Deliver;
using Nems.Core.Ports;

namespace Nems.Core.Subscribe;

/// <summary>The signing secret of an endpoint that a subscription names (design decision 3.7): made at the first, replaced by one that a later brings along.</summary>
internal sealed class WebhookSecrets(IEndpointSecrets secrets, TimeProvider clock)
{
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>
    /// Makes sure that the endpoint has a secret before a subscription can match, so that nothing goes out unsigned. Gives back
    /// the one that was generated, to be shown once; null where there was one already or the subscriber gave it.
    /// </summary>
    internal async Task<string?> PrepareAsync(Destination destination, byte[]? given, CancellationToken cancel)
    {
        if (destination.Channel != ChannelKind.Webhook) return null;
        var candidate = given ?? RandomNumberGenerator.GetBytes(32);
        var isNew = await secrets.CreateIfAbsentAsync(destination.Organisation, destination.Endpoint, candidate, cancel);
        return isNew && given is null ? "whsec_" + Convert.ToBase64String(candidate) : null;
    }

    /// <summary>Puts a given secret in force, once the subscription that brings it is stored. The present one again changes nothing.</summary>
    internal Task AdoptAsync(Destination destination, byte[] given, CancellationToken cancel) =>
        secrets.RotateAsync(destination.Organisation, destination.Endpoint, given, clock.GetUtcNow() + Overlap, cancel);
}
