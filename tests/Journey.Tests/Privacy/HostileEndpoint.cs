using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nems.Journey.Tests.Privacy;

/// <summary>A receiver that answers with whatever bytes a test gives it, by the first part of the path.</summary>
internal sealed class HostileEndpoint : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<string> received = new();
    private readonly SemaphoreSlim changed = new(0);
    private readonly Task accepting;

    public HostileEndpoint()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The raw answer by kind; what has none is answered 200.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Waits until so many requests of a kind came.</summary>
    public async Task ReceivesAsync(string kind, int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (received.Count(one => one == kind) < count)
        {
            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Of {kind} came {received.Count(one => one == kind)} requests, not {count}. All: {string.Join(' ', received)}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        stopping.Dispose();
        changed.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true) connections.Add(AnswerAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var kind = await ReadRequestAsync(stream);
                var answer = Answers.GetValueOrDefault(kind, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stopping.Token);
                received.Enqueue(kind);
                changed.Release();
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The sender has gone.
        }
    }

    private async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        var buffer = new byte[64 * 1024];
        using var request = new MemoryStream();
        while (true)
        {
            var read = await stream.ReadAsync(buffer, stopping.Token);
            if (read == 0) throw new IOException("The request ended early.");
            request.Write(buffer, 0, read);
            var text = Encoding.Latin1.GetString(request.GetBuffer(), 0, (int)request.Length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            var length = text[..end].Split("\r\n").Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Select(line => int.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture)).FirstOrDefault();
            if (request.Length >= end + 4 + length) return text.Split(' ')[1].Split('/')[1];
        }
    }
}
