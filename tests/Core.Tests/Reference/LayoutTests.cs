using Nems.Core.Reference;

namespace Nems.Core.Tests.Reference;

/// <summary>Which columns mean what, in which files.</summary>
public sealed class LayoutTests
{
    [Theory]
    [InlineData("pcds,oslaua,ctry,sicbl")]
    [InlineData("pcd,oslaua,ctry,ccg")]
    [InlineData("PCD7,LAD25CD,CTRY25CD,SICBL25CD")]
    [InlineData("pcd8,ladcd,ctrycd,ccg21cd")]
    [InlineData("\" pcds \",\"LAUA\",\"Ctry\",\"SICBL23CD\"")]
    public async Task Columns_of_postcodes_are_found_by_name_whatever_the_release(string header) => Assert.Equal(
        ["ZZ991AB=S1/E1/C1"], await Read.InShortAsync(ReferenceKind.Postcodes, header + "\nZZ99 1AB,E1,C1,S1\n"));

    [Theory]
    [InlineData("doterm,sicbl,pcds,x,ctry,oslaua", "199912,S1,ZZ99 1AB,9,C1,E1")]
    [InlineData("pcd,pcd2,pcds,oslaua,ctry,sicbl", "ZZ991AB,ZZ99  1AB,ZZ99 1AB,E1,C1,S1")]
    [InlineData("pcds,lad21cd,lad25cd,lad23cd,ctry,sicbl,icb,sicblcdh", "ZZ99 1AB,E0,E1,E0,C1,S1,Q,H")]
    public async Task Their_place_means_nothing_and_the_latest_year_wins(string header, string row) => Assert.Equal(
        ["ZZ991AB=S1/E1/C1"], await Read.InShortAsync(ReferenceKind.Postcodes, $"{header}\n{row}\n"));

    [Theory]
    [InlineData("postal,oslaua,ctry,sicbl", "postcode")]
    [InlineData("pcds,authority,ctry,sicbl", "local authority")]
    [InlineData("pcds,oslaua,nation,sicbl", "country")]
    [InlineData("pcds,oslaua,ctry,icb", "sub-location")]
    [InlineData("ZZ99 1AB,E1,C1,S1", "postcode")]
    public async Task A_missing_column_refuses_the_file_and_is_named(string header, string missing)
    {
        var readings = await Read.Async(ReferenceKind.Postcodes, header + "\nZZ99 1AB,E1,C1,S1\n");

        Assert.Equal(["1:file.column-missing!"], Read.InShort(readings));
        Assert.Contains($"for the {missing}:", readings[0].Fault!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminated_postcodes_are_kept() => Assert.Equal(
        ["ZZ991AB=S1/E1/C1"], await Read.InShortAsync(ReferenceKind.Postcodes, Read.PostcodeHeader + "ZZ99 1AB,198012,E1,C1,S1\n"));

    [Fact]
    public async Task A_directory_in_which_every_row_has_areas_of_its_own_is_none()
    {
        var rows = string.Concat(Enumerable.Range(0, 12).Select(row => $"ZZ99 1A{(char)('A' + row)},,E{row},C1,S1\n"));

        var readings = Read.InShort(await Read.Async(ReferenceKind.Postcodes, Read.PostcodeHeader + rows, ReferenceLimits.Default with { Areas = 10 }));

        Assert.Equal(11, readings.Length);
        Assert.Equal("12:file.too-many-areas!", readings[^1]);
    }

    public static TheoryData<string, string> Practices => new()
    {
        { Read.Practice(), "Z99001=X2458//" },
        { Read.Practice(code: " z99001 ", commissioner: "x2458"), "Z99001=X2458//" },
        { Read.Practice(status: "ACTIVE", setting: "RO177|RO76"), "Z99001=X2458//" },
        { Read.Practice(status: "active", setting: "ro76"), "Z99001=X2458//" },
        { Read.Practice(commissioner: ""), "Z99001=//" },
        { Read.Practice(closed: "20260303"), "Z99001=X2458//" },
        { Read.Practice(opened: ""), "Z99001=X2458//" },
        { Read.Practice(status: "C"), "-" },
        { Read.Practice(status: "D"), "-" },
        { Read.Practice(status: "P"), "-" },
        { Read.Practice(status: "INACTIVE"), "-" },
        { Read.Practice(closed: "20260302"), "-" },
        { Read.Practice(opened: "20260303"), "-" },
        { Read.Practice(setting: "8"), "-" },
        { Read.Practice(setting: "14"), "-" },
        { Read.Practice(setting: "RO177|RO87"), "-" },
        { Read.Practice(setting: ""), "-" },
        { Read.Practice(status: "X"), "1:practices.status" },
        { Read.Practice(status: ""), "1:practices.status" },
        { Read.Practice(code: ""), "1:practices.code" },
        { Read.Practice(code: "Z99-001"), "1:practices.code" },
        { Read.Practice(opened: "1974-13-01"), "1:practices.date" },
        { Read.Practice(closed: "soon"), "1:practices.date" },
        { Read.Practice(commissioner: "X24 58"), "1:practices.commissioner" },
    };

    [Theory]
    [MemberData(nameof(Practices))]
    public async Task An_active_gp_practice_is_taken_and_nothing_else(string row, string expected) =>
        Assert.Equal([expected], await Read.InShortAsync(ReferenceKind.Practices, row));

    [Theory]
    [InlineData(26)]
    [InlineData(28)]
    public async Task A_file_without_header_has_27_columns_or_is_refused(int columns) =>
        Assert.Equal(["1:practices.columns!"], await Read.InShortAsync(ReferenceKind.Practices, Read.Practice(columns: columns) + Read.Practice()));

    [Fact]
    public async Task A_later_row_of_26_columns_is_a_bad_row() => Assert.Equal(
        ["Z99001=X2458//", "2:practices.columns", "Z99003=X2458//"],
        await Read.InShortAsync(ReferenceKind.Practices, Read.Practice() + Read.Practice("Z99002", columns: 26) + Read.Practice("Z99003")));

    [Theory]
    [InlineData("Organisation Code,Name,Status,Commissioner,Prescribing Setting", "Z99001,A,A,X2458,4")]
    [InlineData("Code,Status,Close Date,Parent Organisation Code,Prescribing Setting", "Z99001,ACTIVE,,X2458,RO76")]
    public async Task Practices_under_a_header_are_read_by_name(string header, string row) =>
        Assert.Equal(["Z99001=X2458//"], await Read.InShortAsync(ReferenceKind.Practices, $"{header}\n{row}\n"));

    [Theory]
    [InlineData("Organisation Code,Name,Commissioner,Prescribing Setting")]
    [InlineData("Organisation Code,Status,Prescribing Setting")]
    [InlineData("Organisation Code,Status,Commissioner")]
    public async Task Practices_under_a_header_that_lacks_a_column_are_refused(string header) =>
        Assert.Equal(["1:file.column-missing!"], await Read.InShortAsync(ReferenceKind.Practices, header + "\nZ99001,A,X,4\n"));

    [Theory]
    [InlineData("SICBL23CD,SICBL23CDH,SICBL23NM,SICBL23NMW", "E38000001,00a,\"A place, somewhere\",")]
    [InlineData("FID,ccg21cdh,ccg21cd,x", "1,00A,E38000001,x")]
    public async Task Sub_locations_are_translated_by_name(string header, string row) =>
        Assert.Equal(["E38000001=00A//"], await Read.InShortAsync(ReferenceKind.SubLocations, $"{header}\n{row}\n"));

    [Fact]
    public async Task Sub_locations_without_a_code_are_bad_rows() => Assert.Equal(
        ["2:sublocations.gss", "3:sublocations.ods", "4:sublocations.columns", "E38000004=00D//"],
        await Read.InShortAsync(ReferenceKind.SubLocations, "SICBL23CD,SICBL23CDH\n,00A\nE38000002,\nE38000003\nE38000004,00D\n"));

    [Fact]
    public async Task Sub_locations_need_both_columns() =>
        Assert.Equal(["1:file.column-missing!"], await Read.InShortAsync(ReferenceKind.SubLocations, "SICBL23CD,SICBL23NM\nE1,A\n"));

    [Theory]
    [InlineData(ReferenceKind.Practices)]
    [InlineData(ReferenceKind.Postcodes)]
    [InlineData(ReferenceKind.SubLocations)]
    public async Task Nothing_at_all_is_refused(ReferenceKind kind) => Assert.Equal(["0:file.empty!"], await Read.InShortAsync(kind, ""));
}
