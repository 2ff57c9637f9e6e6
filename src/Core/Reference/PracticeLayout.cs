using System.Globalization;

namespace Nems.Core.Reference;

/// <summary>
/// The epraccur layout: 27 columns without a header, or any columns under a header that begins with the organisation code.
/// Wanted are active GP practices: status active, within its dates, prescribing setting 4 or role RO76.
/// </summary>
internal sealed class PracticeLayout(DateOnly today) : ReferenceLayout
{
    private const int ColumnsOfEpraccur = 27;
    private static readonly string[] CodeNames = ["organisationcode", "orgcode", "odscode", "practicecode", "code"];
    private static readonly string[] StatusNames = ["status", "statuscode", "organisationstatus"];
    private static readonly string[] CommissionerNames = ["commissioner", "commissionercode", "parentorganisationcode", "parentorganisation", "sublocation"];
    private static readonly string[] SettingNames = ["prescribingsetting", "setting", "role", "roles"];
    private static readonly string[] OpenNames = ["opendate", "open"];
    private static readonly string[] CloseNames = ["closedate", "close"];

    private int width = ColumnsOfEpraccur;
    private int code;
    private int opened = 10;
    private int closed = 11;
    private int status = 12;
    private int commissioner = 14;
    private int setting = 25;

    public override ReferenceFault? Begin(CsvReader first, out bool isHeader)
    {
        isHeader = first.Count > 0 && CodeNames.Contains(Header.NameOf(first[0])) && !first[0].ContainsAnyInRange('0', '9');
        if (!isHeader)
        {
            return first.Count == ColumnsOfEpraccur
                ? null
                : new ReferenceFault(first.Line, "practices.columns", "Without a header a row has 27 columns.");
        }

        var header = new Header(first);
        width = header.Width;
        (code, status, commissioner, setting) = (header.Find(CodeNames), header.Find(StatusNames), header.Find(CommissionerNames), header.Find(SettingNames));
        (opened, closed) = (header.Find(OpenNames), header.Find(CloseNames));
        return status < 0 ? Missing(first, "status", StatusNames)
            : commissioner < 0 ? Missing(first, "commissioner", CommissionerNames)
            : setting < 0 ? Missing(first, "prescribing setting", SettingNames)
            : null;
    }

    public override ReferenceReading Read(CsvReader row)
    {
        if (row.Count != width) return Bad(row, "practices.columns", string.Create(CultureInfo.InvariantCulture, $"A row has {width} columns."));

        Span<char> key = stackalloc char[ReferenceCode.Room];
        if (!ReferenceCode.TryRead(row[code], key, out var length) || length == 0) return Bad(row, "practices.code", "The organisation code is 1 to 12 letters and digits.");
        if (IsActive(row[status].Trim()) is not { } isActive) return Bad(row, "practices.status", "The status is A, C, D, P, ACTIVE or INACTIVE.");
        if (!TryDate(row, opened, out var from) || !TryDate(row, closed, out var until)) return Bad(row, "practices.date", "A date is empty or yyyymmdd.");
        Span<char> parent = stackalloc char[ReferenceCode.Room];
        if (!ReferenceCode.TryRead(row[commissioner], parent, out var parentLength)) return Bad(row, "practices.commissioner", "The commissioner is empty or 1 to 12 letters and digits.");

        if (!isActive || from > today || until <= today || !IsGpPractice(row[setting])) return ReferenceReading.NotWanted;
        var subLocation = parentLength == 0 ? null : parent[..parentLength].ToString();
        return ReferenceReading.Good(new ReferenceRow(key[..length].ToString(), new PostcodeAreas(subLocation, null, null)));
    }

    private static bool? IsActive(ReadOnlySpan<char> text) =>
        Is(text, "A") || Is(text, "ACTIVE") ? true
        : Is(text, "C") || Is(text, "D") || Is(text, "P") || Is(text, "INACTIVE") ? false
        : null;

    private static bool IsGpPractice(ReadOnlySpan<char> text)
    {
        foreach (var part in text.Split('|'))
        {
            var role = text[part].Trim();
            if (Is(role, "4") || Is(role, "RO76")) return true;
        }

        return false;
    }

    private static bool TryDate(CsvReader row, int column, out DateOnly? date)
    {
        date = null;
        if (column < 0) return true;
        var text = row[column].Trim();
        if (text.IsEmpty) return true;
        if (!DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read)
            && !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out read)) return false;
        date = read;
        return true;
    }

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
