using Mediator;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nems.Core.Ports;
using Nems.Core.Reference;

namespace Nems.Hosting;

/// <summary>
/// Before the first request: in Development the sample stands in for every kind that was not imported, where it ships with the
/// host; otherwise a missing edition is said, because the rules that need it match nothing.
/// </summary>
internal sealed partial class ReferenceService(
    IReferenceEditions editions, ISender sender, IHostEnvironment environment, ILogger<ReferenceService> log) : IHostedService
{
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "Reference");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in ReferenceKinds.All)
        {
            if (editions.InForce(kind) is not null || await TakeSampleAsync(kind, cancellationToken)) continue;
            if (kind != ReferenceKind.SubLocations) LogMissing(ReferenceKinds.NameOf(kind));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> TakeSampleAsync(ReferenceKind kind, CancellationToken cancel)
    {
        var path = Path.Combine(Samples, $"{ReferenceKinds.NameOf(kind)}.sample.csv");
        if (!environment.IsDevelopment() || !File.Exists(path)) return false;
        await using var file = File.OpenRead(path);
        return await sender.Send(new ImportReference(kind, file, OnBadRow.Stop, Operator: null), cancel) is ImportReferenceResult.Imported;
    }

    [LoggerMessage(EventId = 5603, EventName = "reference.missing", Level = LogLevel.Warning,
        Message = "No edition of {Kind} is in force: subscription rules that need it match nothing. Run nems import {Kind}")]
    private partial void LogMissing(string kind);
}
