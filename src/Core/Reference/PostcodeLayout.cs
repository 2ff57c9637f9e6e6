using System.Globalization;

namespace Nems.Core.Reference;

/// <summary>The ONSPD layout: a header, columns by name. Terminated postcodes are kept: patients have old ones.</summary>
internal sealed class PostcodeLayout(int mostAreas) : ReferenceLayout
{
    private static readonly string[] PostcodeNames = ["pcds", "pcd", "postcode"];
    private static readonly string[] LocalAuthorityNames = ["oslaua", "ladcd", "lauacd", "laua", "lad"];
    private static readonly string[] CountryNames = ["ctry", "ctrycd"];
    private static readonly string[] SubLocationNames = ["sicbl", "sicblcd", "ccg", "ccgcd"];

    // A few thousand combinations stand for millions of rows: each is made once.
    private readonly Dictionary<string, string> codes = [];
    private readonly Dictionary<(string?, string?, string?), PostcodeAreas> areas = [];
    private int width;
    private int postcode;
    private int localAuthority;
    private int country;
    private int subLocation;

    public override ReferenceFault? Begin(CsvReader first, out bool isHeader)
    {
        isHeader = true;
        var header = new Header(first);
        width = header.Width;
        (postcode, localAuthority, country, subLocation) =
            (header.Find(PostcodeNames), header.Find(LocalAuthorityNames), header.Find(CountryNames), header.Find(SubLocationNames));
        return postcode < 0 ? Missing(first, "postcode", PostcodeNames)
            : localAuthority < 0 ? Missing(first, "local authority", LocalAuthorityNames)
            : country < 0 ? Missing(first, "country", CountryNames)
            : subLocation < 0 ? Missing(first, "sub-location", SubLocationNames)
            : null;
    }

    public override ReferenceReading Read(CsvReader row)
    {
        if (row.Count != width) return Bad(row, "postcodes.columns", string.Create(CultureInfo.InvariantCulture, $"A row has {width} columns, as the header has."));
        if (Postcode.Normalise(row[postcode]) is not { } key) return Bad(row, "postcodes.postcode", "The postcode is 5 to 7 letters and digits.");
        if (!TryCode(row[localAuthority], out var authority)) return Bad(row, "postcodes.local-authority", "The local authority is empty or a code.");
        if (!TryCode(row[country], out var nation)) return Bad(row, "postcodes.country", "The country is empty or a code.");
        if (!TryCode(row[subLocation], out var location)) return Bad(row, "postcodes.sub-location", "The sub-location is empty or a code.");

        if (!areas.TryGetValue((location, authority, nation), out var area))
        {
            if (areas.Count == mostAreas)
                return ReferenceReading.BadFile(new ReferenceFault(row.Line, "file.too-many-areas", "This is no directory of postcodes: nearly every row has areas of its own."));
            areas[(location, authority, nation)] = area = new PostcodeAreas(location, authority, nation);
        }

        return ReferenceReading.Good(new ReferenceRow(key, area));
    }

    private bool TryCode(ReadOnlySpan<char> text, out string? code)
    {
        code = null;
        Span<char> read = stackalloc char[ReferenceCode.Room];
        if (!ReferenceCode.TryRead(text, read, out var length)) return false;
        if (length == 0) return true;

        var known = codes.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(read[..length], out code)) return true;
        code = read[..length].ToString();
        codes[code] = code;
        return true;
    }
}
