using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Nems.Channels.Tests.Kit;
using Nems.Channels.Webhook;
using Nems.Core.Deliver;

namespace Nems.Channels.Tests.Webhook;

/// <summary>Every connection here passes the guard as a public address does; only the last step of the dial leads to loopback.</summary>
public sealed class TlsTests
{
    private const string Host = "hooks.example.nhs.uk";
    private static readonly Answer Refused = new(AttemptOutcome.Unreachable, Reason: "tls");

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task A_trusted_peer_gets_the_exact_bytes_over_the_best_HTTP_it_offers(HttpProtocols offered, string spoken)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Sign(Host);
        await using var peer = await TlsPeer.StartAsync(certificate, offered);
        var network = new FakeNetwork(["93.184.215.14"]);
        using var test = To(peer, network, authority.Roots);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => test.SendAsync(AMessage.To(EndpointOf(peer)))));

        Assert.All(answers, answer => Assert.Equal(new Answer(AttemptOutcome.Delivered, 202), answer));
        Assert.Equal(20, peer.Requests.Count);
        Assert.All(peer.Requests, request =>
        {
            Assert.Equal(spoken, request.Protocol);
            Assert.Equal(AMessage.Body, request.Body);
        });
    }

    [Fact]
    public async Task A_self_signed_certificate_is_refused()
    {
        using var certificate = TestAuthority.SelfSigned(Host);
        await AssertRefusedAsync(certificate, roots: null);
    }

    [Fact]
    public async Task An_authority_the_system_does_not_know_is_refused()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Sign(Host);
        await AssertRefusedAsync(certificate, roots: null);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_refused()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Sign("hooks.example.org");
        await AssertRefusedAsync(certificate, authority.Roots);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Sign(Host, validFromDays: -30, validUntilDays: -1);
        await AssertRefusedAsync(certificate, authority.Roots);
    }

    [Fact]
    public async Task A_certificate_not_yet_valid_is_refused()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Sign(Host, validFromDays: 2);
        await AssertRefusedAsync(certificate, authority.Roots);
    }

    [Fact]
    public async Task A_certificate_for_clients_only_is_refused()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Sign(Host, use: "1.3.6.1.5.5.7.3.2");
        var spoken = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = RawPeer.Start(async connection =>
        {
            await using var tls = new SslStream(connection.Stream);
            try
            {
                await tls.AuthenticateAsServerAsync(certificate);
                spoken.SetResult(await tls.ReadAsync(new byte[1]) > 0);
            }
            catch (Exception refused) when (refused is IOException or AuthenticationException)
            {
                spoken.SetResult(false);
            }
        });
        using var test = new ChannelUnderTest
        {
            Resolve = new FakeNetwork(["127.0.0.1"]).ResolveAsync,
            Roots = authority.Roots,
            Egress = { AllowHosts = { Host + ":*" } },
        };

        Assert.Equal(Refused, await test.SendAsync(AMessage.To($"https://{Host}:{peer.Port}/in")));
        Assert.False(await spoken.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_allow_listed_host_is_not_exempt_from_TLS()
    {
        using var certificate = TestAuthority.SelfSigned("localhost");
        await using var peer = await TlsPeer.StartAsync(certificate);
        using var test = new ChannelUnderTest { Resolve = new FakeNetwork(["127.0.0.1"]).ResolveAsync };
        test.Egress.AllowHosts.Add("localhost:*");

        Assert.Equal(Refused, await test.SendAsync(AMessage.To($"https://localhost:{peer.Port}/in")));
        Assert.Empty(peer.Requests);
    }

    [Fact]
    public async Task A_peer_that_hangs_in_the_TLS_handshake_is_left_at_the_deadline()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.Stream.ReadExactlyAsync(new byte[5]);
            reached.SetResult();
            await new TaskCompletionSource().Task;
        });
        using var test = new ChannelUnderTest();

        var sending = test.SendAsync(AMessage.To($"https://127.0.0.1:{peer.Port}/in"));
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        test.Clock.Advance(test.Options.Timeout);

        Assert.Equal(new Answer(AttemptOutcome.Unreachable, Reason: "timeout"), await sending);
    }

    [Fact]
    public void The_handler_offers_no_way_round_the_checks()
    {
        using var test = new ChannelUnderTest();
        var guard = new WebhookTargetGuard(test.Options, test.Egress, test.Clock, test.Resolve, test.Dial);

        using var handler = WebhookTransport.Handler(test.Options, guard, roots: null);

        var chain = handler.SslOptions.CertificateChainPolicy!;
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, handler.SslOptions.EnabledSslProtocols);
        Assert.Null(handler.SslOptions.RemoteCertificateValidationCallback);
        Assert.Equal(X509VerificationFlags.NoFlag, chain.VerificationFlags);
        Assert.Equal(X509ChainTrustMode.System, chain.TrustMode);
        Assert.True(chain.DisableCertificateDownloads);
        Assert.False(handler.UseProxy);
        Assert.False(handler.UseCookies);
        Assert.False(handler.AllowAutoRedirect);
        Assert.Null(handler.Credentials);
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
        Assert.Equal(TimeSpan.FromMinutes(2), handler.PooledConnectionLifetime);
    }

    private static async Task AssertRefusedAsync(X509Certificate2 certificate, X509Certificate2Collection? roots)
    {
        await using var peer = await TlsPeer.StartAsync(certificate);
        using var test = To(peer, new FakeNetwork(["93.184.215.14"]), roots);

        var answer = await test.SendAsync(AMessage.To(EndpointOf(peer), headers: ["Authorization: Bearer secret"]));

        Assert.Equal(Refused, answer);
        Assert.Empty(peer.Requests);
    }

    private static string EndpointOf(TlsPeer peer) => $"https://{Host}:{peer.Port}/in";

    private static ChannelUnderTest To(TlsPeer peer, FakeNetwork network, X509Certificate2Collection? roots)
    {
        var test = new ChannelUnderTest { Resolve = network.ResolveAsync, Dial = network.DialAsync, Roots = roots };
        test.Options.Ports.Add(peer.Port);
        return test;
    }
}
