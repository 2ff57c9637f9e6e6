using Mediator;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nems.Core.Ports;
using Nems.Core.Subscribe;

namespace Nems.Hosting;

/// <summary>Turns off subscriptions that have ended: at the start, and every minute.</summary>
internal sealed partial class ExpiryService(ISender sender, TimeProvider clock, ILogger<ExpiryService> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var minute = new PeriodicTimer(Interval, clock);
        try
        {
            do await SweepAsync(stoppingToken);
            while (await minute.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // We are stopping: the next start sweeps first.
        }
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        try
        {
            await sender.Send(new ExpireSubscriptions(), cancel);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or InvalidOperationException)
        {
            // The store says itself why it cannot write; the next minute tries again.
            LogFault(fault.GetType().Name);
        }
    }

    [LoggerMessage(EventId = 4007, EventName = "subscriptions.not-expired", Level = LogLevel.Warning, Message = "Subscriptions that ended could not be turned off now: {Fault}")]
    private partial void LogFault(string fault);
}
