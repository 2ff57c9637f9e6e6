using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nems.Channels.Tests.Kit;

/// <summary>A request as it came over the wire.</summary>
internal sealed record PeerRequest(string Head, byte[] Body)
{
    public string Header(string name) => Headers(name).Single();

    public IReadOnlyList<string> Headers(string name) =>
        [.. Head.Split("\r\n").Skip(1)
            .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim())];
}

/// <summary>One connection of a peer that speaks HTTP/1.1 by hand.</summary>
internal sealed class PeerConnection(Stream stream, ConcurrentQueue<PeerRequest> requests)
{
    public Stream Stream { get; } = stream;

    /// <summary>The next request, or null when the other side hung up.</summary>
    public async Task<PeerRequest?> ReadAsync()
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await Stream.ReadAsync(one) == 0) return null;
            head.Add(one[0]);
        }

        var request = new PeerRequest(Encoding.Latin1.GetString([.. head]), []);
        var body = new byte[int.Parse(request.Header("Content-Length"), CultureInfo.InvariantCulture)];
        await Stream.ReadExactlyAsync(body);
        request = request with { Body = body };
        requests.Enqueue(request);
        return request;
    }

    public ValueTask WriteAsync(string text) => Stream.WriteAsync(Encoding.Latin1.GetBytes(text));
}

/// <summary>A subscriber on a loopback socket that does exactly what a script says, once per connection.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<PeerRequest> requests = new();
    private readonly ConcurrentBag<Socket> sockets = [];
    private int connections;

    private RawPeer() => listener.Start();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Endpoint => $"http://127.0.0.1:{Port}/hook";

    public int Connections => Volatile.Read(ref connections);

    public IReadOnlyList<PeerRequest> Requests => [.. requests];

    public static RawPeer Start(Func<PeerConnection, Task> script)
    {
        var peer = new RawPeer();
        _ = peer.AcceptAsync(script);
        return peer;
    }

    /// <summary>Answers every request with the same text.</summary>
    public static RawPeer Answering(string reply) => Start(async connection =>
    {
        while (await connection.ReadAsync() is not null) await connection.WriteAsync(reply);
    });

    public ValueTask DisposeAsync()
    {
        listener.Stop();
        foreach (var socket in sockets) socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(Func<PeerConnection, Task> script)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            sockets.Add(socket);
            Interlocked.Increment(ref connections);
            _ = PlayAsync(script, socket);
        }
    }

    private async Task PlayAsync(Func<PeerConnection, Task> script, Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await script(new PeerConnection(stream, requests));
        }
        catch (Exception hungUp) when (hungUp is IOException or ObjectDisposedException or SocketException)
        {
        }
    }
}
