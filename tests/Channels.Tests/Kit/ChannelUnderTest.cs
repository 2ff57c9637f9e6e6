using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Nems.Channels.Webhook;
using Nems.Core.Deliver;
using Nems.Core.Keys;

namespace Nems.Channels.Tests.Kit;

/// <summary>The channel on a clock of its own; set what the test is about before the first sending.</summary>
internal sealed class ChannelUnderTest : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 3, 9, 30, 15, 250, TimeSpan.Zero);
    public static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(number => (byte)number)];

    private WebhookChannel? channel;
    private WebhookTransport? transport;

    public FakeTimeProvider Clock { get; } = new(Start);

    public FakeSecrets Secrets { get; } = new();

    public ChannelOptions Options { get; } = new();

    public EgressOptions Egress { get; } = new() { AllowHosts = new List<string> { "127.0.0.1:*" } };

    public ResolveName Resolve { get; init; } = (_, _) => throw new InvalidOperationException("No name is to be resolved here.");

    public DialAddress Dial { get; init; } = WebhookTargetGuard.DialSocketAsync;

    public X509Certificate2Collection? Roots { get; init; }

    public CapturingLog<WebhookChannel> Log { get; } = new();

    public WebhookSigner Signer { get; } = new(new ServiceKeys(new byte[32], new byte[32], Seed));

    public Task<Answer> SendAsync(OutgoingMessage message) => SendUntilAsync(message, TestContext.Current.CancellationToken);

    public Task<Answer> SendUntilAsync(OutgoingMessage message, CancellationToken cancel)
    {
        channel ??= Make();
        return channel.SendAsync(message, cancel).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        transport?.Dispose();
        Signer.Dispose();
    }

    private WebhookChannel Make()
    {
        var guard = new WebhookTargetGuard(Options, Egress, Clock, Resolve, Dial);
        transport = new WebhookTransport(WebhookTransport.Handler(Options, guard, Roots));
        return new WebhookChannel(
            Secrets, new WebhookTargets(guard), Signer, transport, Microsoft.Extensions.Options.Options.Create(Options), Clock, Log);
    }
}

/// <summary>Names and dials for tests that must not leave the machine: every address dialled is noted, and leads to loopback.</summary>
internal sealed class FakeNetwork(params string[][] answers)
{
    private int asked;

    public int Asked => asked;

    public List<string> Dialled { get; } = [];

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        var answer = answers[Math.Min(Interlocked.Increment(ref asked), answers.Length) - 1];
        return Task.FromResult<IPAddress[]>([.. answer.Select(IPAddress.Parse)]);
    }

    public ValueTask<Stream> DialAsync(IPEndPoint address, CancellationToken cancel)
    {
        lock (Dialled) Dialled.Add(address.Address.ToString());
        return WebhookTargetGuard.DialSocketAsync(new IPEndPoint(IPAddress.Loopback, address.Port), cancel);
    }
}
