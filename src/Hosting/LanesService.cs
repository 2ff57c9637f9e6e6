using Microsoft.Extensions.Hosting;
using Nems.Core.Lanes;
using Nems.Core.Match;
using Nems.Core.Ports;

namespace Nems.Hosting;

/// <summary>Starts the lanes before the first request is taken, and stops them after the last was answered.</summary>
internal sealed class LanesService(LaneBoard lanes, LateMatcher matcher, IRegistry registry) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Asked for once here, so that a registry with mistakes refuses the start and not the first call.
        _ = registry.Current;
        await lanes.StartAsync(cancellationToken);
        matcher.Start();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await matcher.StopAsync(cancellationToken);
        await lanes.StopAsync(cancellationToken);
    }
}

/// <summary>Whether the service can do its work now.</summary>
internal sealed class Readiness(IEventStore events)
{
    public bool IsReady => events.IsWritable;
}
