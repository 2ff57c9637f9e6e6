using Mediator;
using Microsoft.Extensions.Logging;
using Nems.Core.Audit;
using Nems.Core.Ports;

namespace Nems.Core.Reference;

/// <summary>Use case: builds an edition from a file and brings it into force. Whatever goes wrong, the old edition stays.</summary>
/// <param name="Kind">The layout of the file.</param>
/// <param name="Content">CSV, or a zip that holds it; read once, in order.</param>
/// <param name="OnBadRow">What a bad row does.</param>
/// <param name="Operator">Who asks; null for the sample, which is the service's own.</param>
public sealed record ImportReference(ReferenceKind Kind, Stream Content, OnBadRow OnBadRow, string? Operator) : ICommand<ImportReferenceResult>
{
    public ReferenceLimits Limits { get; init; } = ReferenceLimits.Default;
}

/// <summary>What a bad row does.</summary>
public enum OnBadRow
{
    /// <summary>Ends the import; the old edition stays.</summary>
    Stop,

    /// <summary>Is reported and left out.</summary>
    Skip,
}

/// <summary>What became of an import.</summary>
public abstract record ImportReferenceResult
{
    private ImportReferenceResult()
    {
    }

    /// <param name="Edition">Now in force.</param>
    /// <param name="Faults">The first hundred bad rows, which were left out.</param>
    public sealed record Imported(ReferenceEdition Edition, IReadOnlyList<ReferenceFault> Faults) : ImportReferenceResult;

    /// <summary>The old edition stays in force.</summary>
    /// <param name="Fault">What ended the import.</param>
    /// <param name="Faults">Bad rows before it.</param>
    public sealed record Refused(ReferenceFault Fault, IReadOnlyList<ReferenceFault> Faults) : ImportReferenceResult;

    /// <summary>Another import is under way.</summary>
    public sealed record Busy : ImportReferenceResult;
}

internal sealed partial class ImportReferenceHandler(
    IReferenceEditions editions, ReferenceImports imports, IAuditTrail audit, TimeProvider clock, ILogger<ImportReferenceHandler> log)
    : ICommandHandler<ImportReference, ImportReferenceResult>
{
    private const int Batch = 1024;
    private const int MostFaults = 100;

    public async ValueTask<ImportReferenceResult> Handle(ImportReference command, CancellationToken cancellationToken)
    {
        await using var draft = editions.Begin(command.Kind);
        if (draft is null) return new ImportReferenceResult.Busy();

        try
        {
            return await ImportAsync(command, draft, imports.Start(command.Kind, clock.GetUtcNow()), cancellationToken);
        }
        finally
        {
            imports.Ended();
        }
    }

    private async ValueTask<ImportReferenceResult> ImportAsync(
        ImportReference command, IReferenceDraft draft, ReferenceImports.RunningImport progress, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var name = ReferenceKinds.NameOf(command.Kind);
        var filling = await FillAsync(command, draft, progress, cancellationToken);
        if (filling.Refusal is { } refusal)
        {
            LogRefused(name, refusal.Rule, refusal.Line, command.Operator);
            return new ImportReferenceResult.Refused(refusal, filling.Faults);
        }

        var edition = await draft.CommitAsync(filling.Count, isSample: command.Operator is null, cancellationToken);
        if (command.Operator is not { } who) return new ImportReferenceResult.Imported(edition, filling.Faults);
        await audit.AppendAsync(
            new AuditEntry { At = edition.ImportedAt, Action = AuditAction.ReferenceSwitched, Asid = who, Reason = name },
            CancellationToken.None); // the edition is in force: the record of it must follow
        LogImported(name, edition.Number, filling.Count.Taken, filling.Count.NotWanted, filling.Count.Bad, who, clock.GetElapsedTime(started));
        return new ImportReferenceResult.Imported(edition, filling.Faults);
    }

    private async ValueTask<Filling> FillAsync(ImportReference command, IReferenceDraft draft, ReferenceImports.RunningImport progress, CancellationToken cancel)
    {
        long taken = 0, notWanted = 0, bad = 0;
        List<ReferenceFault> faults = [];
        List<ReferenceRow> batch = new(Batch);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        await foreach (var reading in ReferenceReader.ReadAsync(command.Kind, command.Content, draft.Spool, today, command.Limits, progress.PassedBytes, cancel))
        {
            if (reading.Fault is { } fault)
            {
                if (reading.IsOfTheFile || command.OnBadRow == OnBadRow.Stop) return new Filling(fault, faults, new ReferenceCount(taken, notWanted, bad));
                if (faults.Count < MostFaults) faults.Add(fault);
                bad++;
            }
            else if (reading.Row is { } row)
            {
                batch.Add(row);
                taken++;
            }
            else
            {
                notWanted++;
            }

            if (batch.Count == Batch) await AddAsync();
        }

        await AddAsync();
        var nothing = taken == 0 ? new ReferenceFault(0, "file.no-rows", "The file holds no row that belongs in the edition.") : null;
        return new Filling(nothing, faults, new ReferenceCount(taken, notWanted, bad));

        async ValueTask AddAsync()
        {
            cancel.ThrowIfCancellationRequested();
            await draft.AddAsync(batch, cancel);
            batch.Clear();
            progress.PassedRows(taken + notWanted + bad);
        }
    }

    private sealed record Filling(ReferenceFault? Refusal, IReadOnlyList<ReferenceFault> Faults, ReferenceCount Count);

    [LoggerMessage(EventId = 5601, EventName = "reference.imported", Level = LogLevel.Information,
        Message = "Edition {Number} of {Kind} is in force: {Taken} rows, {NotWanted} not wanted, {Bad} bad, imported by {Operator} in {Elapsed}")]
    private partial void LogImported(string kind, int number, long taken, long notWanted, long bad, string @operator, TimeSpan elapsed);

    [LoggerMessage(EventId = 5602, EventName = "reference.refused", Level = LogLevel.Warning,
        Message = "A file of {Kind} was refused by rule {Rule} at line {Line}, sent by {Operator}; the old edition stays in force")]
    private partial void LogRefused(string kind, string rule, int line, string? @operator);
}
