using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nems.Testing;

/// <summary>A receiver that does not play by the rules: reads a request whole, then does with the connection what a test says.</summary>
public sealed class HostileEndpoint : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly Func<NetworkStream, CancellationToken, Task> answer;
    private readonly Task accepting;
    private int requests;

    /// <param name="answer">What it does once a request was read; afterwards the connection is closed.</param>
    public HostileEndpoint(Func<NetworkStream, CancellationToken, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Requests that were read.</summary>
    public int Requests => Volatile.Read(ref requests);

    public string Url => $"http://127.0.0.1:{Port}/hook";

    /// <summary>Never says anything.</summary>
    public static Task HangAsync(NetworkStream connection, CancellationToken cancel) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);

    /// <summary>One byte of a header line at a time, for ever.</summary>
    public static async Task DripAsync(NetworkStream connection, CancellationToken cancel)
    {
        await WriteAsync(connection, "HTTP/1.1 200 OK\r\nX-Slow: ", cancel);
        while (true)
        {
            await WriteAsync(connection, "a", cancel);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancel);
        }
    }

    /// <summary>A refusal with a body that never ends, as fast as it is taken.</summary>
    public static async Task EndlessAsync(NetworkStream connection, CancellationToken cancel)
    {
        await WriteAsync(connection, "HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n", cancel);
        var chunk = $"10000\r\n{new string('x', 0x10000)}\r\n";
        while (true) await WriteAsync(connection, chunk, cancel);
    }

    /// <summary>Header lines without end, as fast as they are taken.</summary>
    public static async Task EndlessHeadersAsync(NetworkStream connection, CancellationToken cancel)
    {
        await WriteAsync(connection, "HTTP/1.1 200 OK\r\n", cancel);
        while (true) await WriteAsync(connection, $"X-Line: {new string('x', 1000)}\r\n", cancel);
    }

    /// <summary>Closes in the middle of the status line.</summary>
    public static Task EarlyCloseAsync(NetworkStream connection, CancellationToken cancel) => WriteAsync(connection, "HTTP/1.1 2", cancel);

    /// <summary>Resets the connection.</summary>
    public static Task ResetAsync(NetworkStream connection, CancellationToken cancel)
    {
        connection.Socket.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        await accepting;
        closing.Dispose();
    }

    private static Task WriteAsync(NetworkStream connection, string text, CancellationToken cancel) =>
        connection.WriteAsync(Encoding.ASCII.GetBytes(text), cancel).AsTask();

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true) serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(closing.Token)));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var connection = client.GetStream();
                await ReadAsync(connection);
                Interlocked.Increment(ref requests);
                await answer(connection, closing.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or IOException or SocketException)
            {
            }
        }
    }

    private async Task ReadAsync(NetworkStream connection)
    {
        var buffer = new byte[64 * 1024];
        var text = new StringBuilder();
        var end = -1;
        long length = 0;
        var total = 0;
        while (end < 0 || total < end + 4 + length)
        {
            var read = await connection.ReadAsync(buffer, closing.Token);
            if (read == 0) throw new IOException("The request ended early.");
            total += read;
            if (end >= 0) continue;
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            end = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            var line = text.ToString()[..end].Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            length = long.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
