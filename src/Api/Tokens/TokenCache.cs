using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Nems.Api.Tokens;

/// <summary>
/// Proven tokens by hash, so that a repeated token costs a hash and a look-up. Bounded without scans: when one generation
/// is full it becomes the older one, and what nobody used since is forgotten.
/// </summary>
internal sealed class TokenCache(TimeProvider clock)
{
    /// <summary>The most tokens kept.</summary>
    public const int Capacity = 2 * Generation;

    private const int Generation = 5000;

    private readonly Lock turning = new();
    private volatile ConcurrentDictionary<TokenHash, ProvenToken> young = new();
    private volatile ConcurrentDictionary<TokenHash, ProvenToken> old = new();
    private int inYoung;

    /// <summary>How many are kept, expired ones included.</summary>
    public int Count => young.Count + old.Count;

    /// <summary>Only a token that is still good, and was judged by this version of the registry.</summary>
    public bool TryGet(in TokenHash hash, long registryVersion, [NotNullWhen(true)] out ProvenToken? token)
    {
        if (!young.TryGetValue(hash, out token))
        {
            if (!old.TryGetValue(hash, out token)) return false;
            Add(hash, token);
        }

        if (token.RegistryVersion == registryVersion && clock.GetUtcNow() <= token.GoodThrough) return true;
        token = null;
        return false;
    }

    public void Add(in TokenHash hash, ProvenToken token)
    {
        if (!young.TryAdd(hash, token))
        {
            young[hash] = token;
            return;
        }

        if (Interlocked.Increment(ref inYoung) >= Generation) Turn();
    }

    private void Turn()
    {
        lock (turning)
        {
            if (inYoung < Generation) return;
            old = young;
            young = new ConcurrentDictionary<TokenHash, ProvenToken>();
            inYoung = 0;
        }
    }
}
