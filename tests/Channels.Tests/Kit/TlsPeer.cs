using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Nems.Channels.Tests.Kit;

/// <summary>A subscriber behind TLS, played by Kestrel; answers 202 with a short body.</summary>
internal sealed class TlsPeer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Protocol, byte[] Body)> requests = new();

    private TlsPeer(WebApplication app) => this.app = app;

    public int Port => new Uri(app.Urls.Single()).Port;

    public IReadOnlyList<(string Protocol, byte[] Body)> Requests => [.. requests];

    public static async Task<TlsPeer> StartAsync(X509Certificate2 certificate, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(certificate);
        }));
        var peer = new TlsPeer(builder.Build());
        peer.app.MapPost("/in", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            peer.requests.Enqueue((context.Request.Protocol, body.ToArray()));
            context.Response.StatusCode = 202;
            await context.Response.WriteAsync("thank you", context.RequestAborted);
        });
        await peer.app.StartAsync();
        return peer;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}

/// <summary>An authority of the test's own, and what it signs.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 root;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        root = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
    }

    public X509Certificate2Collection Roots => [root];

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public X509Certificate2 Sign(string host, int validFromDays = -1, int validUntilDays = 30, string use = "1.3.6.1.5.5.7.3.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Request(host, key, use)
            .Create(root, Now.AddDays(validFromDays), Now.AddDays(validUntilDays), RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public static X509Certificate2 SelfSigned(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var whole = Request(host, key, "1.3.6.1.5.5.7.3.1").CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose() => root.Dispose();

    private static CertificateRequest Request(string host, ECDsa key, string use)
    {
        var request = new CertificateRequest("CN=" + host, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        return request;
    }
}
