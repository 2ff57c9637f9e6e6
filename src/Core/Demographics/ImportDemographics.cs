using System.Buffers;
using System.IO.Pipelines;
using Mediator;
using Microsoft.Extensions.Logging;
using Nems.Core.Audit;
using Nems.Core.Ports;

namespace Nems.Core.Demographics;

/// <summary>
/// Use case: an operator replaces the table of demographics. All or nothing: one bad line, and the edition in force stays,
/// because a patient left out would lose a flag.
/// </summary>
/// <param name="Csv">UTF-8 lines: nhs_number, home_postcode, gp_code, flags, superseded_by, named in a header. Read to its end, in pieces.</param>
/// <param name="Operator">Who asks.</param>
public sealed record ImportDemographics(PipeReader Csv, string Operator) : ICommand<ImportDemographicsResult>;

/// <summary>What became of an import.</summary>
public abstract record ImportDemographicsResult
{
    private ImportDemographicsResult()
    {
    }

    /// <summary>The table is in force for every look-up from now on, also after a restart.</summary>
    public sealed record Imported(DemographicsEdition Edition) : ImportDemographicsResult;

    /// <param name="BadLines">The first of them.</param>
    /// <param name="Count">All of them.</param>
    public sealed record Refused(IReadOnlyList<BadLine> BadLines, int Count) : ImportDemographicsResult;

    /// <summary>Another import is under way.</summary>
    public sealed record Busy : ImportDemographicsResult;

    /// <summary>This deployment does not take its demographics from a table; nothing of the file is kept.</summary>
    public sealed record NotInUse : ImportDemographicsResult;
}

internal sealed partial class ImportDemographicsHandler(
    IDemographics source, IDemographicsTable table, IAuditTrail audit, TimeProvider clock, ILogger<ImportDemographicsHandler> log)
    : ICommandHandler<ImportDemographics, ImportDemographicsResult>
{
    /// <summary>The longest line, in bytes; no line of the format comes near it.</summary>
    internal const int LongestLine = 1024;

    private const int MostBadLines = 100;

    public async ValueTask<ImportDemographicsResult> Handle(ImportDemographics command, CancellationToken cancellationToken)
    {
        if (source is not TableDemographics) return new ImportDemographicsResult.NotInUse();
        using var draft = table.TryBegin();
        if (draft is null) return new ImportDemographicsResult.Busy();

        var reading = new Reading(draft);
        await ReadAsync(command.Csv, reading, cancellationToken);
        if (reading.BadLines > 0)
        {
            LogRefused(command.Operator, reading.BadLines);
            return new ImportDemographicsResult.Refused(reading.FirstBadLines, reading.BadLines);
        }

        var edition = draft.Commit();
        await audit.AppendAsync(
            new AuditEntry { At = clock.GetUtcNow(), Action = AuditAction.DemographicsImported, Asid = command.Operator },
            CancellationToken.None); // the edition is in force: the record of it must follow
        LogImported(command.Operator, edition.Patients);
        return new ImportDemographicsResult.Imported(edition);
    }

    private static async Task ReadAsync(PipeReader csv, Reading reading, CancellationToken cancel)
    {
        while (true)
        {
            var read = await csv.ReadAsync(cancel);
            var rest = reading.Take(read.Buffer, read.IsCompleted);
            csv.AdvanceTo(rest, read.Buffer.End);
            if (read.IsCompleted || reading.IsOver) break;
        }

        reading.End();
    }

    [LoggerMessage(EventId = 5501, EventName = "demographics.imported", Level = LogLevel.Information,
        Message = "{Operator} imported the demographics of {Patients} patients")]
    private partial void LogImported(string @operator, long patients);

    [LoggerMessage(EventId = 5502, EventName = "demographics.refused", Level = LogLevel.Warning,
        Message = "The demographics that {Operator} sent were refused for {BadLines} bad lines; the table in force stays")]
    private partial void LogRefused(string @operator, int badLines);

    /// <summary>Where the reading of one file stands.</summary>
    private sealed class Reading(IDemographicsDraft draft)
    {
        private readonly List<BadLine> bad = [];
        private DemographicsCsv? csv;
        private int line;
        private bool hasPatients;

        /// <summary>Nothing further can be made of the file.</summary>
        public bool IsOver { get; private set; }

        public int BadLines { get; private set; }

        public IReadOnlyList<BadLine> FirstBadLines => bad;

        /// <summary>Takes the whole lines, and at the end the last without its mark; gives where the rest begins.</summary>
        public SequencePosition Take(ReadOnlySequence<byte> bytes, bool isEnd)
        {
            Span<byte> copy = stackalloc byte[LongestLine];
            while (!IsOver)
            {
                var mark = bytes.PositionOf((byte)'\n');
                if (mark is null && !isEnd && bytes.Length <= LongestLine) return bytes.Start;
                var content = mark is { } end ? bytes.Slice(0, end) : bytes;
                if (mark is null && content.IsEmpty) return bytes.End;
                if (content.Length > LongestLine) Stop($"the line is longer than {LongestLine} bytes");
                else Take(Contiguous(content, copy));
                if (mark is not { } at) return bytes.End;
                bytes = bytes.Slice(bytes.GetPosition(1, at));
            }

            return bytes.End;
        }

        public void End()
        {
            if (IsOver) return;
            if (csv is null) Stop(DemographicsCsv.BadHeader);
            else if (!hasPatients && BadLines == 0) Stop("the file names no patient");
        }

        private static ReadOnlySpan<byte> Contiguous(ReadOnlySequence<byte> content, Span<byte> copy)
        {
            if (content.IsSingleSegment) return content.FirstSpan;
            content.CopyTo(copy);
            return copy[..(int)content.Length];
        }

        private void Take(ReadOnlySpan<byte> content)
        {
            line++;
            content = content.TrimEnd((byte)'\r');
            if (csv is null)
            {
                csv = DemographicsCsv.Of(content);
                if (csv is null) Refuse(DemographicsCsv.BadHeader, isLast: true);
                return;
            }

            if (content.IsEmpty) return;
            if (!csv.TryRead(content, out var row, out var problem)) Refuse(problem);
            else if (!draft.TryAdd(row)) Refuse("this patient has a line already");
            else hasPatients = true;
        }

        private void Stop(string problem)
        {
            line++;
            Refuse(problem, isLast: true);
        }

        private void Refuse(string problem, bool isLast = false)
        {
            BadLines++;
            if (bad.Count < MostBadLines) bad.Add(new BadLine(line, problem));
            IsOver = isLast;
        }
    }
}
