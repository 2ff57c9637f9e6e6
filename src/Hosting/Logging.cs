using Microsoft.AspNetCore.Builder;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Match;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Nems.Hosting;

/// <summary>Compact JSON on standard output. Values that could be a person's are never expanded, and paths of requests and texts of exceptions are left out.</summary>
internal static class Logging
{
    public static void AddNemsLogging(this WebApplicationBuilder builder)
    {
        // Nobody else writes: the default providers print exception texts, which may quote what a caller sent.
        var level = LevelOf(builder.Configuration["Logging:LogLevel:Default"], LogEventLevel.Information);
        builder.Services.AddSerilog((_, log) => log
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", level > LogEventLevel.Information ? level : LogEventLevel.Information)
            .Destructure.AsScalar<NhsNumber>()
            .Destructure.AsScalar<RoutingDemographics>()
            .Destructure.AsScalar<EventMessage>()
            .Destructure.AsScalar<MatchFacts>()
            .Destructure.AsScalar<PatientRecord>()
            .Destructure.AsScalar<DemographicsRow>()
            .WriteTo.Sink(new WithoutWordsOfCallers(new LoggerConfiguration()
                .MinimumLevel.Verbose()
                .WriteTo.Console(new RenderedCompactJsonFormatter())
                .CreateLogger())));
    }

    private static LogEventLevel LevelOf(string? name, LogEventLevel otherwise) => name switch
    {
        "Trace" => LogEventLevel.Verbose,
        "Debug" => LogEventLevel.Debug,
        "Warning" => LogEventLevel.Warning,
        "Error" => LogEventLevel.Error,
        "Critical" => LogEventLevel.Fatal,
        "Information" => LogEventLevel.Information,
        _ => otherwise,
    };

    /// <summary>Passes an event on without the path of the request under way, and with the type and stack of its exception but not the text.</summary>
    private sealed class WithoutWordsOfCallers(Logger next) : ILogEventSink, IDisposable
    {
        // Kestrel puts it in scope for every line that is written during a request; anything may stand in a path.
        private const string Path = "RequestPath";

        public void Emit(LogEvent logEvent)
        {
            logEvent.RemovePropertyIfPresent(Path);
            if (logEvent.Exception is not { } fault)
            {
                next.Write(logEvent);
                return;
            }

            var properties = logEvent.Properties.Select(pair => new LogEventProperty(pair.Key, pair.Value)).ToList();
            properties.Add(new LogEventProperty("Fault", new ScalarValue(fault.GetType().FullName)));
            properties.Add(new LogEventProperty("Stack", new ScalarValue(fault.StackTrace)));
            next.Write(new LogEvent(logEvent.Timestamp, logEvent.Level, null, logEvent.MessageTemplate, properties));
        }

        public void Dispose() => next.Dispose();
    }
}
