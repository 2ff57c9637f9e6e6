namespace Nems.Core.Ports;

/// <summary>The HMAC secrets of one (organisation, endpoint): one, or two while a rotation overlaps. Raw bytes, 24 to 64 each.</summary>
/// <param name="Current">Signs first.</param>
/// <param name="Previous">Signs too until <paramref name="PreviousUntil"/>.</param>
/// <param name="PreviousUntil">The end of the overlap.</param>
public sealed record EndpointSecrets(ReadOnlyMemory<byte> Current, ReadOnlyMemory<byte>? Previous, DateTimeOffset? PreviousUntil)
{
    public override string ToString() => "(endpoint secrets)";
}

/// <summary>Keeps webhook secrets, sealed at rest. A change is durable once it returns and seen by the next read in this process.</summary>
public interface IEndpointSecrets
{
    /// <summary>The secrets, or null where none was made yet.</summary>
    ValueTask<EndpointSecrets?> ReadAsync(string organisation, string endpoint, CancellationToken cancel);

    /// <summary>
    /// Makes sure there is a secret. True when <paramref name="candidate"/> was stored because there was none, false when one
    /// was there already. Safe to repeat and to race: one wins.
    /// </summary>
    Task<bool> CreateIfAbsentAsync(string organisation, string endpoint, ReadOnlyMemory<byte> candidate, CancellationToken cancel);

    /// <summary>Replaces the secret; the old one goes on signing until <paramref name="overlapUntil"/>. The same secret again changes nothing.</summary>
    Task RotateAsync(string organisation, string endpoint, ReadOnlyMemory<byte> secret, DateTimeOffset overlapUntil, CancellationToken cancel);
}
