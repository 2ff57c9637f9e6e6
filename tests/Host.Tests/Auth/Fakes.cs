using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nems.Core.Ports;

namespace Nems.Host.Tests.Auth;

internal sealed class FakeUsedTokens : IUsedTokens
{
    public ConcurrentDictionary<(string Asid, string Id), DateTimeOffset> Used { get; } = new();

    public Task<bool> TryUseAsync(string asid, string tokenId, DateTimeOffset expires, CancellationToken cancel) =>
        Task.FromResult(Used.TryAdd((asid, tokenId), expires));
}

internal sealed class FakeEnvironment(string name, string? root = null) : IHostEnvironment
{
    public string EnvironmentName { get; set; } = name;

    public string ApplicationName { get; set; } = "Nems";

    public string ContentRootPath { get; set; } = root ?? AppContext.BaseDirectory;

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}

/// <summary>A network with one host, which answers as told and counts.</summary>
internal sealed class FakeHttp : HttpMessageHandler
{
    public Func<HttpResponseMessage> Answer { get; set; } = () => new HttpResponseMessage(HttpStatusCode.NotFound);

    public int Requests { get; private set; }

    public void Serves(string jwks) => Answer = () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(jwks) };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests++;
        return Task.FromResult(Answer());
    }
}

/// <summary>Keeps the lines that were logged.</summary>
internal sealed class KeptLog<T> : ILogger<T>
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, formatter(state, exception)));
}
