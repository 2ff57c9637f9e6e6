using System.Diagnostics.Metrics;
using Nems.Core.Problems;

namespace Nems.Api;

/// <summary>
/// Counts refused calls: nobody knows who made them, so they are not listed one by one (design decision 3.15). One log line
/// for each minute that had any, and a metric by code.
/// </summary>
internal sealed partial class RefusedCalls : IDisposable
{
    public const string MeterName = "Nems.Api";

    private readonly Counter<long> refused;
    private readonly Meter meter;
    private readonly ITimer timer;
    private readonly ILogger<RefusedCalls> log;
    private long headers;
    private long credentials;
    private long access;
    private long other;

    public RefusedCalls(TimeProvider clock, IMeterFactory meters, ILogger<RefusedCalls> log)
    {
        this.log = log;
        meter = meters.Create(MeterName);
        refused = meter.CreateCounter<long>("nems.calls.refused", "{call}", "Calls refused before anything was done");
        timer = clock.CreateTimer(_ => Report(), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
    }

    /// <summary>Counts one call with these problems, by the code that decides its status.</summary>
    public void Count(IReadOnlyList<Problem> problems)
    {
        var status = Problem.StatusOf(problems);
        switch (status)
        {
            case 400: Interlocked.Increment(ref headers); break;
            case 401: Interlocked.Increment(ref credentials); break;
            case 403: Interlocked.Increment(ref access); break;
            default: Interlocked.Increment(ref other); break;
        }

        refused.Add(1, new KeyValuePair<string, object?>("http.response.status_code", status));
    }

    public void Dispose()
    {
        timer.Dispose();
        meter.Dispose();
    }

    private void Report()
    {
        var (faulty, unproven, denied, rest) = (
            Interlocked.Exchange(ref headers, 0), Interlocked.Exchange(ref credentials, 0),
            Interlocked.Exchange(ref access, 0), Interlocked.Exchange(ref other, 0));
        if (faulty + unproven + denied + rest > 0) LogRefused(faulty + unproven + denied + rest, faulty, unproven, denied, rest);
    }

    [LoggerMessage(EventId = 5201, EventName = "calls.refused", Level = LogLevel.Warning,
        Message = "In the last minute {Total} calls were refused: {Faulty} for headers or token, {Unproven} for credentials, {Denied} for access, {Other} for now")]
    private partial void LogRefused(long total, long faulty, long unproven, long denied, long other);
}
