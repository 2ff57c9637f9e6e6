using System.Diagnostics.Metrics;
using Nems.Core.Demographics;

namespace Nems.Pds;

/// <summary>Counters of the calls to PDS. Labels are closed sets.</summary>
internal sealed class PdsMetrics : IDisposable
{
    public const string MeterName = "Nems.Pds";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> lookUps;
    private readonly Counter<long> faults;

    public PdsMetrics()
    {
        lookUps = meter.CreateCounter<long>("nems.pds.lookups", "{lookup}", "Look-ups by where the answer came from and what it was.");
        faults = meter.CreateCounter<long>("nems.pds.faults", "{fault}", "Look-ups that PDS did not answer, by reason.");
    }

    public void LookedUp(string from, DemographicsAnswer answer) => lookUps.Add(
        1, new KeyValuePair<string, object?>("from", from), new KeyValuePair<string, object?>("answer", answer.GetType().Name));

    public void Failed(PdsFault fault) => faults.Add(1, new KeyValuePair<string, object?>("fault", fault.ToString()));

    public void Dispose() => meter.Dispose();
}
