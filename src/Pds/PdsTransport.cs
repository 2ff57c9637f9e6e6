using System.Security.Authentication;

namespace Nems.Pds;

/// <summary>
/// The HTTP handler of all calls to PDS and its authorisation server. Nothing is followed or kept, and no activity is made of a
/// call: the NHS number stands in the path.
/// </summary>
internal sealed class PdsTransport(PdsOptions options) : HttpMessageInvoker(Handler(options), disposeHandler: true)
{
    private static SocketsHttpHandler Handler(PdsOptions options) => new()
    {
        ConnectTimeout = options.Timeout,
        AllowAutoRedirect = false,
        UseCookies = false,
        // Behind a proxy of the operator's, but never to one's own machine through it.
        UseProxy = !new Uri(options.BaseUrl).IsLoopback,
        Credentials = null,
        PreAuthenticate = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        MaxResponseHeadersLength = 32,
        MaxResponseDrainSize = 0,
        ResponseDrainTimeout = TimeSpan.Zero,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        SslOptions = new System.Net.Security.SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
    };
}
