using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Nems.Core.Events;

namespace Nems.Core.Registry;

/// <summary>How a system proves who it is: see design decision 3.9.</summary>
public enum TokenScheme
{
    /// <summary>The unsigned JWT of the Spine, trusted for the client certificate (or loopback in Development).</summary>
    Spine,

    /// <summary>A JWT signed with a key of the system's key set.</summary>
    Signed,
}

/// <summary>A system that may call: who it is, for whom, and what it may do.</summary>
public sealed record RegisteredSystem
{
    public required string Asid { get; init; }

    public required string Name { get; init; }

    /// <summary>ODS codes that the system acts for, upper case.</summary>
    public required FrozenSet<string> Organisations { get; init; }

    /// <summary>Bit <see cref="EventType.Index"/> is set for each event type that may be published.</summary>
    public required int Publishes { get; init; }

    /// <summary>A publisher of the five PDS types.</summary>
    public required bool IsPds { get; init; }

    public required bool MaySubscribeExplicitly { get; init; }

    public required bool MaySubscribeByRule { get; init; }

    /// <summary>Bit <see cref="EventType.Index"/> is set for each event type that may be subscribed to.</summary>
    public required int SubscribesTo { get; init; }

    public required TokenScheme Scheme { get; init; }

    /// <summary>SHA-256 thumbprints of the client certificates bound to the ASID, upper case hexadecimal.</summary>
    public required FrozenSet<string> CertificateThumbprints { get; init; }

    /// <summary>Where the key set of a <see cref="TokenScheme.Signed"/> system is fetched; null when it stands in the registry.</summary>
    public Uri? JwksUri { get; init; }

    /// <summary>The key set itself (JSON Web Key Set) of a <see cref="TokenScheme.Signed"/> system; null when it is fetched.</summary>
    public string? Jwks { get; init; }

    /// <summary>The one algorithm its tokens may use: RS256, RS512 or ES256.</summary>
    public string Algorithm { get; init; } = "RS512";

    /// <summary>A token may be used until it expires, rather than once.</summary>
    public bool TokensAreReusable { get; init; }

    public bool MayPublish(EventType type) => (Publishes >> type.Index & 1) != 0 && (!type.IsPds || IsPds);

    public bool MaySubscribeTo(EventType type) => (SubscribesTo >> type.Index & 1) != 0;
}

/// <summary>An organisation that may own subscriptions.</summary>
/// <param name="Ods">Upper case.</param>
/// <param name="Name">For people.</param>
/// <param name="WebhookHosts"><c>host</c> or <c>host:port</c>, lower case, at which its webhooks may live.</param>
public sealed record RegisteredOrganisation(string Ods, string Name, IReadOnlyList<string> WebhookHosts)
{
    /// <summary>Whether the organisation may receive at this address; an entry without port means port 443.</summary>
    public bool Allows(Uri endpoint)
    {
        var host = endpoint.IdnHost.TrimEnd('.');
        foreach (var allowed in WebhookHosts)
        {
            var matches = allowed.Contains(':', StringComparison.Ordinal)
                ? string.Equals(allowed, $"{host}:{endpoint.Port}", StringComparison.OrdinalIgnoreCase)
                : endpoint.Port == 443 && string.Equals(allowed, host, StringComparison.OrdinalIgnoreCase);
            if (matches) return true;
        }

        return false;
    }
}

/// <summary>A mailbox of the directory (id and ODS code upper case). Local ones are held by this service, others are on MESH.</summary>
public sealed record RegisteredMailbox(
    string Id, string Organisation, IReadOnlyList<string> WorkflowIds, bool IsLocal, string? Password, string? SharedKey)
{
    public override string ToString() => Id;
}

/// <summary>A person or program that operates the service, known by the SHA-256 of its key.</summary>
public sealed record RegisteredOperator(string Name, string KeySha256, FrozenSet<string> Roles);

/// <summary>One reading of the registry file. Immutable; a change of the file gives a new snapshot with a higher version.</summary>
public sealed class RegistrySnapshot(
    long version,
    string nemsAsid,
    IEnumerable<RegisteredSystem> systems,
    IEnumerable<RegisteredOrganisation> organisations,
    IEnumerable<RegisteredMailbox> mailboxes,
    IEnumerable<RegisteredOperator> operators)
{
    private readonly FrozenDictionary<string, RegisteredSystem> systems = systems.ToFrozenDictionary(system => system.Asid, StringComparer.Ordinal);
    private readonly FrozenDictionary<string, RegisteredOrganisation> organisations =
        organisations.ToFrozenDictionary(organisation => organisation.Ods, StringComparer.OrdinalIgnoreCase);
    private readonly FrozenDictionary<string, RegisteredMailbox> mailboxes =
        mailboxes.ToFrozenDictionary(mailbox => mailbox.Id, StringComparer.OrdinalIgnoreCase);

    private readonly FrozenDictionary<string, int> subscribableBy = systems
        .SelectMany(system => system.Organisations.Select(ods => (Ods: ods, system.SubscribesTo)))
        .GroupBy(pair => pair.Ods, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(group => group.Key, group => group.Aggregate(0, (bits, pair) => bits | pair.SubscribesTo), StringComparer.OrdinalIgnoreCase);

    public long Version { get; } = version;

    /// <summary>The ASID of this service, which callers give in <c>toASID</c>.</summary>
    public string NemsAsid { get; } = nemsAsid;

    public IReadOnlyList<RegisteredOperator> Operators { get; } = [.. operators];

    public bool TrySystem(string asid, [NotNullWhen(true)] out RegisteredSystem? system) => systems.TryGetValue(asid, out system);

    public bool TryOrganisation(string ods, [NotNullWhen(true)] out RegisteredOrganisation? organisation) =>
        organisations.TryGetValue(ods, out organisation);

    public bool TryMailbox(string id, [NotNullWhen(true)] out RegisteredMailbox? mailbox) => mailboxes.TryGetValue(id, out mailbox);

    /// <summary>Known as an organisation of its own, or as one that a system acts for.</summary>
    public bool KnowsOrganisation(string ods) => organisations.ContainsKey(ods) || subscribableBy.ContainsKey(ods);

    /// <summary>Whether any system that acts for the organisation may subscribe to this type.</summary>
    public bool MayAnySystemSubscribe(string ods, EventType type) =>
        subscribableBy.TryGetValue(ods, out var events) && (events >> type.Index & 1) != 0;

    public IEnumerable<RegisteredSystem> Systems => systems.Values;

    public IEnumerable<RegisteredMailbox> Mailboxes => mailboxes.Values;
}
