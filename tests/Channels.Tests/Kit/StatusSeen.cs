using System.Diagnostics.Metrics;

namespace Nems.Channels.Tests.Kit;

/// <summary>Completes when the runtime has read the status and headers of a reply from this port: it counts the request then.</summary>
internal sealed class StatusSeen : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StatusSeen(int port)
    {
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument is { Meter.Name: "System.Net.Http", Name: "http.client.request.duration" }) it.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var (name, value) in tags)
            {
                if (name == "server.port" && value is int at && at == port) seen.TrySetResult();
            }
        });
        listener.Start();
    }

    public Task Task => seen.Task;

    public void Dispose() => listener.Dispose();
}
