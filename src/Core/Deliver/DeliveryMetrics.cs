using System.Diagnostics.Metrics;

namespace Nems.Core.Deliver;

/// <summary>Counters of the delivering side. Labels are closed sets: never an id, never anything a person wrote.</summary>
public sealed class DeliveryMetrics : IDisposable
{
    public const string MeterName = "Nems.Deliver";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> attempts;
    private readonly Histogram<double> duration;

    public DeliveryMetrics()
    {
        attempts = meter.CreateCounter<long>("nems.deliveries.attempts", "{attempt}", "Attempts by outcome.");
        duration = meter.CreateHistogram<double>("nems.deliveries.duration", "ms", "Duration of attempts.");
    }

    public void Attempted(AttemptRecord record)
    {
        if (attempts.Enabled) attempts.Add(1, new KeyValuePair<string, object?>("outcome", record.Answer?.Outcome.ToString() ?? "Withheld"));
        if (duration.Enabled) duration.Record(record.Elapsed.TotalMilliseconds);
    }

    public void Dispose() => meter.Dispose();
}
