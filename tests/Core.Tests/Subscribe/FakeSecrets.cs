using Nems.Core.Ports;

namespace Nems.Core.Tests.Subscribe;

/// <summary>Keeps secrets in memory.</summary>
internal sealed class FakeSecrets : IEndpointSecrets
{
    private readonly Dictionary<(string, string), EndpointSecrets> kept = [];

    internal int Count => kept.Count;

    public ValueTask<EndpointSecrets?> ReadAsync(string organisation, string endpoint, CancellationToken cancel) =>
        new(kept.GetValueOrDefault((organisation, endpoint)));

    public Task<bool> CreateIfAbsentAsync(string organisation, string endpoint, ReadOnlyMemory<byte> candidate, CancellationToken cancel) =>
        Task.FromResult(kept.TryAdd((organisation, endpoint), new EndpointSecrets(candidate, null, null)));

    public Task RotateAsync(string organisation, string endpoint, ReadOnlyMemory<byte> secret, DateTimeOffset overlapUntil, CancellationToken cancel)
    {
        var present = kept[(organisation, endpoint)];
        if (!present.Current.Span.SequenceEqual(secret.Span)) kept[(organisation, endpoint)] = new EndpointSecrets(secret, present.Current, overlapUntil);
        return Task.CompletedTask;
    }
}
