using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Nems.Channels.Tests.Kit;

/// <summary>Keeps what was logged, with the exception's text if one was given.</summary>
internal sealed class CapturingLog<T> : ILogger<T>
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyList<string> Lines => [.. lines];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{eventId.Name} {formatter(state, exception)} {exception}");
}
