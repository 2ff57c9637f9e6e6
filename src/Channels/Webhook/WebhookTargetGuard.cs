using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Nems.Core.Deliver;

namespace Nems.Channels.Webhook;

/// <summary>Resolves a name to addresses.</summary>
internal delegate Task<IPAddress[]> ResolveName(string host, CancellationToken cancel);

/// <summary>Opens a connection to one address.</summary>
internal delegate ValueTask<Stream> DialAddress(IPEndPoint address, CancellationToken cancel);

/// <summary>
/// Keeps deliveries out of inner networks. Judges the endpoint's text first, then, for every connection, each address its name
/// resolves to at that moment; only addresses that passed are dialled, so a name that changes its mind gains nothing.
/// </summary>
internal sealed class WebhookTargetGuard
{
    private const int MostAddresses = 8;
    private static readonly int[] UsualPorts = [443, 8443];

    private readonly EgressOptions egress;
    private readonly TimeProvider clock;
    private readonly ResolveName resolve;
    private readonly DialAddress dial;
    private readonly TimeSpan timeout;
    private readonly IReadOnlyCollection<int> ports;
    private readonly HashSet<string> ownNames = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<IPAddress> ownAddresses = [];

    public WebhookTargetGuard(IOptions<ChannelOptions> options, IOptions<EgressOptions> egress, TimeProvider clock)
        : this(options.Value, egress.Value, clock, static (host, cancel) => Dns.GetHostAddressesAsync(host, cancel), DialSocketAsync)
    {
    }

    internal WebhookTargetGuard(ChannelOptions options, EgressOptions egress, TimeProvider clock, ResolveName resolve, DialAddress dial)
    {
        this.egress = egress;
        this.clock = clock;
        this.resolve = resolve;
        this.dial = dial;
        timeout = options.Timeout;
        ports = options.Ports.Count > 0 ? [.. options.Ports] : UsualPorts;
        foreach (var own in options.OwnHosts)
        {
            if (IPAddress.TryParse(own.AsSpan().Trim("[]"), out var address)) ownAddresses.Add(Unmapped(address));
            else ownNames.Add(own.TrimEnd('.'));
        }
    }

    /// <summary>The reason why this endpoint can be no target, or null and its address. Resolves nothing.</summary>
    public string? Judge(string endpoint, out Uri? address)
    {
        address = null;
        if (!EndpointRules.TryRead(endpoint, out var uri)) return WebhookReasons.EndpointRefused;

        var isAddress = uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6;
        if (ownNames.Contains(uri.IdnHost.TrimEnd('.'))) return WebhookReasons.AddressRefused;
        if (!egress.IsAllowed(uri))
        {
            if (uri.Scheme != Uri.UriSchemeHttps || !ports.Contains(uri.Port)) return WebhookReasons.EndpointRefused;
            if (isAddress ? !IsTarget(IPAddress.Parse(uri.IdnHost)) : EndpointRules.IsInnerName(uri.IdnHost)) return WebhookReasons.AddressRefused;
        }

        address = uri;
        return null;
    }

    /// <summary>The connect callback of the HTTP handler. Throws <see cref="NotDialledException"/> or what dialling throws.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var host = context.DnsEndPoint.Host;
        var isExempt = context.InitialRequestMessage.RequestUri is { } uri && egress.IsAllowed(uri);

        var found = await ResolveAsync(host, cancel);
        var vetted = Array.FindAll(found, address => isExempt ? !ownAddresses.Contains(Unmapped(address)) : IsTarget(address));
        if (vetted.Length == 0) throw new NotDialledException(AttemptOutcome.Unreachable, WebhookReasons.AddressRefused);

        return await DialFirstAsync(vetted.AsMemory(0, Math.Min(vetted.Length, MostAddresses)), context.DnsEndPoint.Port, cancel);
    }

    private bool IsTarget(IPAddress address) => AddressRules.IsPublic(address) && !ownAddresses.Contains(Unmapped(address));

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host, out var literal)) return [literal];

        // Half the deadline: a resolver that hangs is then told apart from a peer that hangs.
        using var half = new CancellationTokenSource(timeout / 2, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(half.Token, cancel);
        try
        {
            var found = await resolve(host, either.Token).WaitAsync(either.Token);
            return found.Length > 0 ? found : throw new NotDialledException(AttemptOutcome.Unreachable, WebhookReasons.NameNotFound);
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            throw new NotDialledException(AttemptOutcome.Unreachable, WebhookReasons.NameNotFound);
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw new NotDialledException(AttemptOutcome.OwnFault, WebhookReasons.Resolver);
        }
    }

    private async ValueTask<Stream> DialFirstAsync(ReadOnlyMemory<IPAddress> vetted, int port, CancellationToken cancel)
    {
        for (var next = 0; next < vetted.Length - 1; next++)
        {
            // Each gets its share, so that one silent address does not use up the deadline of the others.
            using var share = new CancellationTokenSource(timeout / vetted.Length, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancel);
            try
            {
                return await dial(new IPEndPoint(Unmapped(vetted.Span[next]), port), either.Token);
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                // The next one may answer.
            }
        }

        return await dial(new IPEndPoint(Unmapped(vetted.Span[^1]), port), cancel);
    }

    internal static async ValueTask<Stream> DialSocketAsync(IPEndPoint address, CancellationToken cancel)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
