using System.Globalization;

namespace Nems.Core.Reference;

/// <summary>The names and codes file of sub-locations: <c>SICBL23CD</c> (GSS) and <c>SICBL23CDH</c> (ODS), any year.</summary>
internal sealed class SubLocationLayout : ReferenceLayout
{
    private static readonly string[] GssNames = ["sicblcd", "ccgcd"];
    private static readonly string[] OdsNames = ["sicblcdh", "ccgcdh"];

    private int width;
    private int gss;
    private int ods;

    public override ReferenceFault? Begin(CsvReader first, out bool isHeader)
    {
        isHeader = true;
        var header = new Header(first);
        width = header.Width;
        (gss, ods) = (header.Find(GssNames), header.Find(OdsNames));
        return gss < 0 ? Missing(first, "GSS code", GssNames) : ods < 0 ? Missing(first, "ODS code", OdsNames) : null;
    }

    public override ReferenceReading Read(CsvReader row)
    {
        if (row.Count != width) return Bad(row, "sublocations.columns", string.Create(CultureInfo.InvariantCulture, $"A row has {width} columns, as the header has."));
        Span<char> from = stackalloc char[ReferenceCode.Room];
        Span<char> to = stackalloc char[ReferenceCode.Room];
        if (!ReferenceCode.TryRead(row[gss], from, out var fromLength) || fromLength == 0) return Bad(row, "sublocations.gss", "The GSS code is 1 to 12 letters and digits.");
        if (!ReferenceCode.TryRead(row[ods], to, out var toLength) || toLength == 0) return Bad(row, "sublocations.ods", "The ODS code is 1 to 12 letters and digits.");
        return ReferenceReading.Good(new ReferenceRow(from[..fromLength].ToString(), new PostcodeAreas(to[..toLength].ToString(), null, null)));
    }
}
