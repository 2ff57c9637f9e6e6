using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Nems.Cli.Messages;
using Nems.Cli.Receiving;

namespace Nems.Cli.Tests;

/// <summary><c>nems listen</c> on a free port, and a sender for it.</summary>
internal sealed class Listening : IAsyncDisposable
{
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler());
    private readonly FirstLineWriter output = new();
    private readonly StringWriter error = new();
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private Task<int> running = Task.FromResult(0);
    private Uri address = new("http://127.0.0.1");

    public string Port => address.Port.ToString(CultureInfo.InvariantCulture);

    public static async Task<Listening> StartAsync(params string[] options)
    {
        var listening = new Listening();
        listening.stop.CancelAfter(TimeSpan.FromSeconds(30));
        listening.running = CommandLine.RunAsync(
            ["listen", "--port", "0", "--json", .. options], TimeProvider.System,
            new InvocationConfiguration { Output = listening.output, Error = listening.error }, listening.stop.Token);
        var first = await listening.output.FirstLine.WaitAsync(listening.stop.Token);
        listening.address = new Uri((string)JsonNode.Parse(first)!["listening"]!);
        return listening;
    }

    public Task<HttpStatusCode> SendAsync(string id, string secret)
    {
        WebhookVerifier.TryReadSecret(secret, out var bytes);
        return SendAsync(id, content => "v1," + Convert.ToBase64String(HMACSHA256.HashData(bytes!, content)));
    }

    public async Task<HttpStatusCode> SendAsync(string id, Func<byte[], string> sign)
    {
        var body = Sample.Find("vaccinations-1.given")!;
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/nems")) { Content = new ByteArrayContent(body) };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", sign([.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body]));
        request.Headers.Add("Nems-Sequence", "7");
        request.Headers.Add("Nems-Subscriptions", "sub1|tag");
        using var response = await http.SendAsync(request, stop.Token);
        return response.StatusCode;
    }

    /// <summary>Waits until the command ends by itself.</summary>
    public async Task<Ran> EndAsync()
    {
        var exit = await running;
        return new Ran(exit, output.ToString(), error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        http.Dispose();
        stop.Dispose();
    }

    /// <summary>Tells when the first line is there.</summary>
    private sealed class FirstLineWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> FirstLine => first.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            first.TrySetResult(value ?? string.Empty);
        }
    }
}
