using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.IdentityModel.Tokens;
using Nems.Core.Registry;

namespace Nems.Api.Tokens;

/// <summary>Finds the keys of registered systems, in the registry or at the address it names.</summary>
internal sealed class KeySets(TimeProvider clock, ILogger<KeySets> log, HttpMessageInvoker http) : IDisposable
{
    // Kept by address, not by snapshot: a reload of the registry must not cost the keys of a host that is away.
    private readonly ConcurrentDictionary<Uri, RemoteKeySet> remote = new();
    private readonly ConditionalWeakTable<RegisteredSystem, KeySet> inline = [];

    /// <summary>The client of the product: no redirects, no cookies; the time and size of an answer are bounded where it is read.</summary>
    public static HttpMessageInvoker NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = 2,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
    });

    /// <summary>The key of this system with this id, for its one algorithm.</summary>
    public ValueTask<KeyLookup> FindAsync(RegisteredSystem system, string? kid, CancellationToken cancel)
    {
        if (system.JwksUri is { } address)
            return remote.GetOrAdd(address, key => new RemoteKeySet(key, http, clock, log)).FindAsync(kid, system.Algorithm, cancel);

        if (inline.TryGetValue(system, out var known)) return Found(known.Find(kid, system.Algorithm));
        if (system.Jwks is null || !KeySet.TryRead(system.Jwks, out var set)) return Found(null);
        return Found(inline.GetValue(system, _ => set).Find(kid, system.Algorithm));
    }

    public void Dispose() => http.Dispose();

    private static ValueTask<KeyLookup> Found(SecurityKey? key) => new(new KeyLookup(key, IsUnavailable: false));
}
