using System.Diagnostics.Metrics;
using Nems.Core.Events;

namespace Nems.Core.Publish;

/// <summary>Counters of the accepting side. Labels are closed sets: event types and names of rules.</summary>
public sealed class PublishMetrics : IDisposable
{
    public const string MeterName = "Nems.Publish";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> accepted;
    private readonly Counter<long> refused;
    private readonly Counter<long> turnedAway;
    private readonly Counter<long> planned;
    private readonly Counter<long> warnings;
    private readonly Histogram<double> duration;

    public PublishMetrics()
    {
        accepted = meter.CreateCounter<long>("nems.events.accepted", "{event}", "Events accepted, by type.");
        refused = meter.CreateCounter<long>("nems.events.refused", "{event}", "Events refused for what they are.");
        turnedAway = meter.CreateCounter<long>("nems.events.turned-away", "{event}", "Events answered 503 because too much was waiting.");
        planned = meter.CreateCounter<long>("nems.deliveries.planned", "{delivery}", "Deliveries that matching made.");
        warnings = meter.CreateCounter<long>("nems.events.warnings", "{warning}", "Broken rules that only warn, by rule.");
        duration = meter.CreateHistogram<double>("nems.publish.duration", "ms", "From reading to the commit.");
    }

    public void Accepted(EventType type, int deliveries, TimeSpan elapsed)
    {
        if (accepted.Enabled) accepted.Add(1, new KeyValuePair<string, object?>("type", type.Code));
        if (planned.Enabled) planned.Add(deliveries);
        if (duration.Enabled) duration.Record(elapsed.TotalMilliseconds);
    }

    public void Warned(EventType type, IReadOnlyList<string> rules)
    {
        if (!warnings.Enabled) return;
        foreach (var rule in rules)
            warnings.Add(1, new KeyValuePair<string, object?>("type", type.Code), new KeyValuePair<string, object?>("rule", rule));
    }

    public void Refused() => refused.Add(1);

    public void TurnedAway() => turnedAway.Add(1);

    public void Dispose() => meter.Dispose();
}
