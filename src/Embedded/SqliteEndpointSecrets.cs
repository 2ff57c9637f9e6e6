using System.Collections.Concurrent;
using System.Text.Json;
using Nems.Core.Keys;
using Nems.Core.Ports;

namespace Nems.Embedded;

/// <summary>Webhook secrets in SQLite, sealed; those in use are kept in memory.</summary>
internal sealed class SqliteEndpointSecrets(Writer writer, ReadSessions reads, KeyedHash hash, Sealer seal) : IEndpointSecrets
{
    private readonly ConcurrentDictionary<UInt128, EndpointSecrets> known = new();

    private sealed record Inside(byte[] Current, byte[]? Previous, DateTimeOffset? PreviousUntil);

    public ValueTask<EndpointSecrets?> ReadAsync(string organisation, string endpoint, CancellationToken cancel)
    {
        var id = IdOf(organisation, endpoint);
        if (known.TryGetValue(id, out var secrets)) return ValueTask.FromResult<EndpointSecrets?>(secrets);

        using var lease = reads.Take();
        var select = lease.Session.Prepared("SELECT sealed FROM endpoint_secrets WHERE id = ?1").Bind(1, id);
        try
        {
            return ValueTask.FromResult(select.Step() ? known.GetOrAdd(id, Open(select.Span(0))) : null);
        }
        finally
        {
            select.Reset();
        }
    }

    public Task<bool> CreateIfAbsentAsync(string organisation, string endpoint, ReadOnlyMemory<byte> candidate, CancellationToken cancel) =>
        writer.RunAsync(new ChangeWrite(this, IdOf(organisation, endpoint), held => held is null ? new EndpointSecrets(candidate, null, null) : null));

    public Task RotateAsync(
        string organisation, string endpoint, ReadOnlyMemory<byte> secret, DateTimeOffset overlapUntil, CancellationToken cancel) =>
        writer.RunAsync(new ChangeWrite(this, IdOf(organisation, endpoint), held => held switch
        {
            null => new EndpointSecrets(secret, null, null),
            _ when held.Current.Span.SequenceEqual(secret.Span) => null,
            _ => new EndpointSecrets(secret, held.Current, overlapUntil),
        }));

    private UInt128 IdOf(string organisation, string endpoint) => hash.Of("endpoint:", $"{organisation} {endpoint}");

    private byte[] Seal(Inside inside) => seal.Seal(JsonSerializer.SerializeToUtf8Bytes(inside));

    private EndpointSecrets Open(ReadOnlySpan<byte> sealedBytes)
    {
        var inside = JsonSerializer.Deserialize<Inside>(seal.Open(sealedBytes))!; // written by ChangeWrite
        return new EndpointSecrets(inside.Current, inside.Previous is { } previous ? previous : default(ReadOnlyMemory<byte>?), inside.PreviousUntil);
    }

    private sealed class ChangeWrite(SqliteEndpointSecrets store, UInt128 id, Func<EndpointSecrets?, EndpointSecrets?> change) : Write<bool>
    {
        private EndpointSecrets? changed;

        public override void Apply(WriteSession session)
        {
            var select = session.Prepared("SELECT sealed FROM endpoint_secrets WHERE id = ?1").Bind(1, id);
            var held = select.Step() ? store.Open(select.Span(0)) : null;
            select.Reset();
            changed = change(held);
            Result = changed is not null;
            if (changed is null) return;
            var inside = new Inside(changed.Current.ToArray(), changed.Previous?.ToArray(), changed.PreviousUntil);
            session.Prepared("INSERT OR REPLACE INTO endpoint_secrets (id, sealed) VALUES (?1, ?2)")
                .Bind(1, id).Bind(2, store.Seal(inside)).Run();
        }

        public override void Committed()
        {
            if (changed is not null) store.known[id] = changed;
        }
    }
}
