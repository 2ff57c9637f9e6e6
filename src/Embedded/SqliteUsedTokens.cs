using Nems.Core.Keys;
using Nems.Core.Ports;

namespace Nems.Embedded;

/// <summary>Single-use token ids in SQLite, as keyed hashes, until they expire.</summary>
internal sealed class SqliteUsedTokens(Writer writer, KeyedHash hash, TimeProvider clock) : IUsedTokens
{
    public Task<bool> TryUseAsync(string asid, string tokenId, DateTimeOffset expires, CancellationToken cancel) =>
        writer.RunAsync(new UseWrite(hash.Of("token:", $"{asid} {tokenId}"), expires, clock.GetUtcNow()));

    private sealed class UseWrite(UInt128 id, DateTimeOffset expires, DateTimeOffset now) : Write<bool>
    {
        public override void Apply(WriteSession session)
        {
            session.Prepared("DELETE FROM used_tokens WHERE id IN (SELECT id FROM used_tokens WHERE expires_at < ?1 LIMIT 4)").Bind(1, now).Run();
            var known = session.Prepared("SELECT 1 FROM used_tokens WHERE id = ?1").Bind(1, id);
            Result = !known.Step();
            known.Reset();
            if (Result) session.Prepared("INSERT INTO used_tokens (id, expires_at) VALUES (?1, ?2)").Bind(1, id).Bind(2, expires).Run();
        }
    }
}
