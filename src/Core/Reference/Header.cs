using System.Globalization;

namespace Nems.Core.Reference;

/// <summary>
/// A header row. Columns are found by name: case, spaces, underscores and year digits do not count (<c>LAD25CD</c> is
/// <c>ladcd</c>). Of several years the latest is taken.
/// </summary>
internal sealed class Header
{
    private readonly Dictionary<string, (int Column, int Year)> columns = [];

    public Header(CsvReader row)
    {
        Width = row.Count;
        for (var column = 0; column < row.Count; column++)
        {
            var (name, year) = Fold(row[column]);
            if (!columns.TryGetValue(name, out var known) || year > known.Year) columns[name] = (column, year);
        }
    }

    public int Width { get; }

    /// <summary>The column of the first alias that there is; -1 when there is none.</summary>
    public int Find(IEnumerable<string> aliases)
    {
        foreach (var alias in aliases)
        {
            if (columns.TryGetValue(alias, out var found)) return found.Column;
        }

        return -1;
    }

    public static string NameOf(ReadOnlySpan<char> text) => Fold(text).Name;

    private static (string Name, int Year) Fold(ReadOnlySpan<char> text)
    {
        var letters = new string([.. text.ToString().Where(char.IsAsciiLetter).Select(char.ToLowerInvariant)]);
        var digits = new string([.. text.ToString().Where(char.IsAsciiDigit).Take(4)]);
        return (letters, digits.Length == 0 ? -1 : int.Parse(digits, CultureInfo.InvariantCulture));
    }
}
