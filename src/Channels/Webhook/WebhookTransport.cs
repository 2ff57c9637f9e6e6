using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Nems.Channels.Webhook;

/// <summary>
/// The one HTTP handler of all webhooks: every connection goes through the guard, nothing is followed, kept or added on the way.
/// One pool per origin; who shares an origin shares connections, never lanes or secrets.
/// </summary>
internal sealed class WebhookTransport(SocketsHttpHandler handler) : HttpMessageInvoker(handler, disposeHandler: true)
{
    /// <summary>After this time a connection is made afresh, and so its address is judged afresh.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <param name="roots">Trusted instead of the system's authorities: the tests' own. No setting leads here.</param>
    public static SocketsHttpHandler Handler(ChannelOptions options, WebhookTargetGuard guard, X509Certificate2Collection? roots) => new()
    {
        ConnectCallback = guard.ConnectAsync,
        // Frees what a given-up attempt was still connecting; the attempt itself ends by its own deadline.
        ConnectTimeout = options.Timeout,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        Credentials = null,
        DefaultProxyCredentials = null,
        PreAuthenticate = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        MaxResponseHeadersLength = 16,
        // The reply was read as far as it is wanted: what is left closes the connection.
        MaxResponseDrainSize = 0,
        ResponseDrainTimeout = TimeSpan.Zero,
        PooledConnectionLifetime = ConnectionLifetime,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        EnableMultipleHttp2Connections = true,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = TimeSpan.FromSeconds(15),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = ChainPolicy(roots),
        },
    };

    /// <summary>
    /// Chain, host name and dates are checked. Revocation is not, and nothing is downloaded: the addresses of lists and of
    /// missing authorities stand in the peer's own certificate and would be fetched past the guard.
    /// </summary>
    private static X509ChainPolicy ChainPolicy(X509Certificate2Collection? roots)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (roots is null) return policy;

        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
