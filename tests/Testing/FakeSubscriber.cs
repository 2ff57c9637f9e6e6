using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nems.Testing;

/// <summary>What came to a subscriber's endpoint.</summary>
public sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, int Answered)
{
    public string Id => Headers["webhook-id"];

    public long Sequence => long.Parse(Headers["Nems-Sequence"], System.Globalization.CultureInfo.InvariantCulture);

    public bool IsOvertaken => Headers.ContainsKey("Nems-Overtaken");

    /// <summary>Checks the <c>v1</c> signature as a Standard Webhooks receiver does.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] content = [.. Encoding.UTF8.GetBytes($"{Id}.{Headers["webhook-timestamp"]}."), .. Body];
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, content));
        return Headers["webhook-signature"].Split(' ').Contains(expected);
    }
}

/// <summary>What a subscriber answers.</summary>
public sealed record Reply(int Status, string? RetryAfter = null, string? Location = null);

/// <summary>A receiver over real HTTP on loopback: says what a test tells it to, and keeps what came in the order it came.</summary>
public sealed class FakeSubscriber : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Received> received = new();
    private readonly ConcurrentQueue<Received> begun = new();
    private readonly SemaphoreSlim changed = new(0);
    private Func<Received, CancellationToken, Task<Reply>> answer = (_, _) => Task.FromResult(new Reply(200));

    private FakeSubscriber(WebApplication app, int port)
    {
        this.app = app;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Whether requests are kept. A test that notes for itself what came, of very many, turns it off.</summary>
    public bool Keeps { get; set; } = true;

    /// <summary>All requests, whatever was answered.</summary>
    public IReadOnlyList<Received> All => [.. received];

    /// <summary>All requests that came, also those not answered yet.</summary>
    public IReadOnlyList<Received> Begun => [.. begun];

    /// <summary>Those answered 2xx.</summary>
    public IReadOnlyList<Received> Accepted => [.. received.Where(request => request.Answered is >= 200 and < 300)];

    public static async Task<FakeSubscriber> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port));
        var app = builder.Build();
        FakeSubscriber? subscriber = null;
        app.Run(context => subscriber!.TakeAsync(context));
        await app.StartAsync();
        subscriber = new FakeSubscriber(app, new Uri(app.Urls.First()).Port);
        return subscriber;
    }

    public string Url(string path = "hook") => $"http://127.0.0.1:{Port}/{path}";

    /// <summary>From now on answers what the function says: a status, after as long as it takes.</summary>
    public void Answers(Func<Received, CancellationToken, Task<int>> with) => answer = async (request, cancel) => new Reply(await with(request, cancel));

    public void Answers(Func<Received, int> with) => answer = (request, _) => Task.FromResult(new Reply(with(request)));

    public void Answers(Func<Received, Reply> with) => answer = (request, _) => Task.FromResult(with(request));

    /// <summary>From now on reads requests and never answers them.</summary>
    public void Hangs() => answer = async (_, cancel) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        return new Reply(500);
    };

    /// <summary>Waits until the condition holds over what came; fails after the deadline.</summary>
    public async Task<IReadOnlyList<Received>> UntilAsync(Func<IReadOnlyList<Received>, bool> condition, TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            var seen = All;
            if (condition(seen)) return seen;
            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"What was waited for did not come: {All.Count} requests came, answered {string.Join(' ', All.TakeLast(20).Select(request => request.Answered))}.");
            }
        }
    }

    public Task<IReadOnlyList<Received>> ReceivesAsync(int attempts, TimeSpan? within = null) => UntilAsync(seen => seen.Count >= attempts, within);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
        }

        await app.DisposeAsync();
        changed.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new Received(context.Request.Path, headers, body.ToArray(), 0);
        if (Keeps) begun.Enqueue(request);
        changed.Release();
        var reply = await answer(request, context.RequestAborted);
        context.Response.StatusCode = reply.Status;
        if (reply.RetryAfter is not null) context.Response.Headers.RetryAfter = reply.RetryAfter;
        if (reply.Location is not null) context.Response.Headers.Location = reply.Location;
        if (Keeps) received.Enqueue(request with { Answered = reply.Status });
        changed.Release();
    }
}
