using Nems.Core.Ports;

namespace Nems.Channels.Tests.Kit;

/// <summary>One secret for every endpoint, or what a test sets.</summary>
internal sealed class FakeSecrets : IEndpointSecrets
{
    public static readonly byte[] Secret = [.. Enumerable.Repeat((byte)7, 32)];

    public Func<string, string, EndpointSecrets?> Read { get; set; } = (_, _) => new EndpointSecrets(Secret, null, null);

    public ValueTask<EndpointSecrets?> ReadAsync(string organisation, string endpoint, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return new(Read(organisation, endpoint));
    }

    public Task<bool> CreateIfAbsentAsync(string organisation, string endpoint, ReadOnlyMemory<byte> candidate, CancellationToken cancel) =>
        throw new InvalidOperationException("A channel makes no secrets.");

    public Task RotateAsync(
        string organisation, string endpoint, ReadOnlyMemory<byte> secret, DateTimeOffset overlapUntil, CancellationToken cancel) =>
        throw new InvalidOperationException("A channel rotates no secrets.");
}
