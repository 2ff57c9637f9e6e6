using System.Runtime.CompilerServices;

namespace Nems.Core.Reference;

/// <summary>Reads a file of reference data row by row. Memory does not grow with the number of rows.</summary>
public static class ReferenceReader
{
    /// <param name="kind">The layout.</param>
    /// <param name="sent">CSV, or a zip that holds it; read once, in order.</param>
    /// <param name="spool">Makes a file to set a zip down in, gone when it is closed.</param>
    /// <param name="today">Decides which practices are open.</param>
    /// <param name="limits">What the file may cost.</param>
    /// <param name="passed">Told how many bytes of <paramref name="sent"/> have been read.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>One reading for each row in the order of the file. The last may be a fault of the whole file: then the rows are not all there are.</returns>
    public static async IAsyncEnumerable<ReferenceReading> ReadAsync(
        ReferenceKind kind, Stream sent, Func<Stream> spool, DateOnly today, ReferenceLimits limits, Action<long> passed, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var content = await ReferenceContent.OpenAsync(kind, sent, spool, limits, passed, cancel);
        if (content.Fault is { } unreadable)
        {
            yield return ReferenceReading.BadFile(unreadable);
            yield break;
        }

        var layout = ReferenceLayout.Of(kind, today, limits);
        using var rows = new CsvReader(content.Text, limits.Row);
        var isFirst = true;
        while (await NextAsync(rows, cancel) is var next && next != Next.End)
        {
            if (next == Next.Damaged)
            {
                yield return ReferenceReading.BadFile(new ReferenceFault(rows.Line, "zip.unreadable", "The zip file is damaged or cut short."));
                yield break;
            }

            // The row at which reading was cut off is no row of the file.
            if (content.Excess is not null) break;
            if (isFirst)
            {
                isFirst = false;
                var isHeader = false;
                var refusal = rows.Fault is { } broken ? Broken(rows, broken) : layout.Begin(rows, out isHeader);
                if (refusal is not null)
                {
                    yield return ReferenceReading.BadFile(refusal);
                    yield break;
                }

                if (isHeader) continue;
            }

            var reading = rows.Fault is { } fault ? ReferenceReading.BadRow(Broken(rows, fault)) : layout.Read(rows);
            yield return reading;
            if (reading.IsOfTheFile) yield break;
        }

        if (content.Excess is { } excess) yield return ReferenceReading.BadFile(excess);
    }

    private enum Next
    {
        Row,
        End,
        Damaged,
    }

    private static async ValueTask<Next> NextAsync(CsvReader rows, CancellationToken cancel)
    {
        try
        {
            return await rows.ReadAsync(cancel) ? Next.Row : Next.End;
        }
        catch (InvalidDataException)
        {
            return Next.Damaged;
        }
    }

    private static ReferenceFault Broken(CsvReader row, string rule) => new(row.Line, rule, "The row cannot be split into fields.");
}
