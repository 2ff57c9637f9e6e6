using System.Text;

namespace Nems.Core.Reference;

/// <summary>
/// Rows of a CSV text (RFC 4180; UTF-8, or what its byte order mark says), one at a time in one buffer. A row that cannot be
/// split is a fault of its first line alone: reading goes on with the next line.
/// </summary>
internal sealed class CsvReader(Stream content, int longestRow) : IDisposable
{
    // A quoted field may hold line breaks; one that was never closed must not swallow the file.
    private const int MostLinesOfARow = 10;
    private const int MostFields = 500;
    private const int FirstBuffer = 16 * 1024;

    private readonly StreamReader text = new(content, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true, FirstBuffer, leaveOpen: true);
    private readonly (int Start, int End, bool HasQuotes)[] fields = new (int, int, bool)[MostFields];
    private char[] buffer = new char[Math.Min(FirstBuffer, longestRow)];
    private int start;
    private int filled;
    private int nextLine = 1;
    private bool isAtEnd;

    private enum Splitting
    {
        Done,
        Unclosed,
        Broken,
        TooMany,
    }

    /// <summary>Line of the file at which the row begins, from 1.</summary>
    public int Line { get; private set; }

    public int Count { get; private set; }

    /// <summary>Why the row could not be split; null when it could.</summary>
    public string? Fault { get; private set; }

    /// <summary>A field of the row, good until the next row is read.</summary>
    public ReadOnlySpan<char> this[int index]
    {
        get
        {
            var (from, to, hasQuotes) = fields[index];
            return hasQuotes ? new string(buffer, from, to - from).Replace("\"\"", "\"", StringComparison.Ordinal) : buffer.AsSpan(from, to - from);
        }
    }

    /// <summary>Goes to the next row that is not blank; false at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancel)
    {
        Count = 0;
        Fault = null;
        while (true)
        {
            Line = nextLine++;
            var length = await LineEndAsync(0, cancel);
            if (length < 0)
            {
                Fault = "csv.row-too-long";
                await PassLineAsync(cancel);
                return true;
            }

            if (start == filled) return false;
            if (ContentEnd(length) > start)
            {
                await SplitAsync(length, cancel);
                return true;
            }

            start = Math.Min(start + length + 1, filled);
        }
    }

    public void Dispose() => text.Dispose();

    /// <summary>Splits the row that begins here; takes further lines to it while a quote is open.</summary>
    private async ValueTask SplitAsync(int firstLength, CancellationToken cancel)
    {
        var length = firstLength;
        var splitting = Split(ContentEnd(length));
        var lines = 1;
        while (splitting == Splitting.Unclosed && lines < MostLinesOfARow && start + length < filled)
        {
            var further = await LineEndAsync(length + 1, cancel);
            if (further < 0) break;
            length = further;
            lines++;
            splitting = Split(ContentEnd(length));
        }

        if (splitting != Splitting.Done)
        {
            Count = 0;
            Fault = splitting switch
            {
                Splitting.Unclosed => "csv.quote-not-closed",
                Splitting.Broken => "csv.text-after-quote",
                Splitting.TooMany => "csv.too-many-fields",
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            (length, lines) = (firstLength, 1);
        }

        nextLine += lines - 1;
        start = Math.Min(start + length + 1, filled);
    }

    private Splitting Split(int end)
    {
        Count = 0;
        var at = start;
        while (Count < MostFields)
        {
            if (at < end && buffer[at] == '"')
            {
                var close = at + 1;
                var hasQuotes = false;
                while (true)
                {
                    var quote = buffer.AsSpan(close, end - close).IndexOf('"');
                    if (quote < 0) return Splitting.Unclosed;
                    close += quote;
                    if (close + 1 >= end || buffer[close + 1] != '"') break;
                    hasQuotes = true;
                    close += 2;
                }

                fields[Count++] = (at + 1, close, hasQuotes);
                at = close + 1;
                if (at == end) return Splitting.Done;
                if (buffer[at++] != ',') return Splitting.Broken;
            }
            else
            {
                var comma = buffer.AsSpan(at, end - at).IndexOf(',');
                fields[Count++] = (at, comma < 0 ? end : at + comma, false);
                if (comma < 0) return Splitting.Done;
                at += comma + 1;
            }
        }

        return Splitting.TooMany;
    }

    private int ContentEnd(int length)
    {
        var end = start + length;
        return end > start && buffer[end - 1] == '\r' ? end - 1 : end;
    }

    /// <summary>Where the line ends that begins so far from the row's start, counted from there; -1 where that is too far.</summary>
    private async ValueTask<int> LineEndAsync(int from, CancellationToken cancel)
    {
        var searched = from;
        while (true)
        {
            var found = buffer.AsSpan(start + searched, filled - start - searched).IndexOf('\n');
            if (found >= 0) return searched + found;
            searched = filled - start;
            if (isAtEnd) return searched;
            if (searched >= longestRow) return -1;
            await FillAsync(cancel);
        }
    }

    private async ValueTask PassLineAsync(CancellationToken cancel)
    {
        while (true)
        {
            var found = buffer.AsSpan(start, filled - start).IndexOf('\n');
            if (found >= 0)
            {
                start += found + 1;
                return;
            }

            start = filled;
            if (isAtEnd) return;
            await FillAsync(cancel);
        }
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (start, filled) = (0, filled - start);
        }

        if (filled == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, longestRow));
        var read = await text.ReadAsync(buffer.AsMemory(filled), cancel);
        filled += read;
        isAtEnd = read == 0;
    }
}
