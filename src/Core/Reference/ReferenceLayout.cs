namespace Nems.Core.Reference;

/// <summary>How the rows of one kind of file are read. One instance reads one file.</summary>
internal abstract class ReferenceLayout
{
    /// <summary>Looks at the first row: what refuses the file, or null. Says whether that row is a header.</summary>
    public abstract ReferenceFault? Begin(CsvReader first, out bool isHeader);

    public abstract ReferenceReading Read(CsvReader row);

    public static ReferenceLayout Of(ReferenceKind kind, DateOnly today, ReferenceLimits limits) => kind switch
    {
        ReferenceKind.Practices => new PracticeLayout(today),
        ReferenceKind.Postcodes => new PostcodeLayout(limits.Areas),
        ReferenceKind.SubLocations => new SubLocationLayout(),
    };

    protected static ReferenceReading Bad(CsvReader row, string rule, string detail) => ReferenceReading.BadRow(new ReferenceFault(row.Line, rule, detail));

    protected static ReferenceFault Missing(CsvReader row, string what, IEnumerable<string> aliases) =>
        new(row.Line, "file.column-missing", $"There is no column for the {what}: {string.Join(", ", aliases)}.");
}
