using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Nems.Cli.Tests;

/// <summary>What the tool sent.</summary>
internal sealed record Sent(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>Plays the service on the loopback address: keeps what it is sent, and answers as the test says.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication application;

    private FakeService(WebApplication application) => this.application = application;

    public ConcurrentQueue<Sent> Requests { get; } = new();

    public string Url => application.Urls.First();

    public static async Task<FakeService> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var service = new FakeService(builder.Build());
        service.application.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            service.Requests.Enqueue(new Sent(
                context.Request.Method, context.Request.Path,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
            await answer(context);
        });
        await service.application.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
