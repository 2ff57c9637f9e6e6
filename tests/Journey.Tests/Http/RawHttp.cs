using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Nems.Journey.Tests.Http;

/// <summary>Sends bytes as they are and reads one answer: what no well-behaved client would let a test send.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Null where the connection was closed without an answer. Throws when there is no answer by the deadline.</summary>
    /// <param name="service">Where.</param>
    /// <param name="request">The whole request, as bytes.</param>
    /// <param name="thenEnd">Ends the sending side after the bytes, as a caller who dies in the middle does.</param>
    public static async Task<Answer?> SendAsync(Uri service, byte[] request, bool thenEnd = false)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var client = new TcpClient();
        await client.ConnectAsync(service.Host, service.Port, deadline.Token);
        var stream = client.GetStream();
        var sending = SendAllAsync(client, stream, request, thenEnd, deadline.Token);
        using var received = new MemoryStream();
        try
        {
            await ReadAllAsync(stream, received, deadline.Token);
        }
        catch (IOException)
        {
            // Cut off by the service: what came counts.
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("The service neither answered nor closed the connection.");
        }

        await sending;
        return Parse(received.ToArray());
    }

    private static async Task SendAllAsync(TcpClient client, NetworkStream stream, byte[] request, bool thenEnd, CancellationToken cancel)
    {
        try
        {
            await stream.WriteAsync(request, cancel);
            if (thenEnd) client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The service may refuse before it has read everything.
        }
    }

    /// <summary>Until the peer closes, or the announced body is there.</summary>
    private static async Task ReadAllAsync(NetworkStream stream, MemoryStream received, CancellationToken cancel)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
        {
            received.Write(buffer, 0, read);
            if (Parse(received.ToArray()) is { } answer && answer.Header("Content-Length") is { } length
                && answer.Body.Length >= int.Parse(length, CultureInfo.InvariantCulture)) return;
        }
    }

    private static Answer? Parse(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 12) return null;
        var head = Encoding.Latin1.GetString(bytes, 0, end);
        return new Answer(int.Parse(head.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture), head, bytes[(end + 4)..]);
    }
}
