using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nems.Cli.Bench;

/// <summary>The receiver of the bench: notes when each event came first, counts repeats, answers 200.</summary>
internal sealed class Sink : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, long> arrivals = new();
    private readonly WebApplication app;
    private int repeats;

    private Sink(WebApplication app) => this.app = app;

    public int Count => arrivals.Count;

    public int Repeats => repeats;

    public IReadOnlyDictionary<Guid, long> Arrivals => arrivals;

    public static async Task<Sink> StartAsync(int port, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var app = builder.Build();
        var sink = new Sink(app);
        app.Run(sink.TakeAsync);
        await app.StartAsync(cancel);
        return sink;
    }

    public void Clear()
    {
        arrivals.Clear();
        repeats = 0;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        var at = Stopwatch.GetTimestamp();
        if (Guid.TryParse(context.Request.Headers["Nems-Event-Id"].ToString(), out var id) && !arrivals.TryAdd(id, at)) Interlocked.Increment(ref repeats);
    }
}
