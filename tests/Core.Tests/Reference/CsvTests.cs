using System.Text;
using Nems.Core.Reference;

namespace Nems.Core.Tests.Reference;

/// <summary>The text of the files, whatever they hold: quotes, line ends, marks, damage.</summary>
public sealed class CsvTests
{
    [Theory]
    [InlineData("ZZ99 1AB,,E1,C1,S1\nZZ99 1CD,,E2,C2,S2\n")]
    [InlineData("ZZ99 1AB,,E1,C1,S1\r\nZZ99 1CD,,E2,C2,S2\r\n")]
    [InlineData("ZZ99 1AB,,E1,C1,S1\nZZ99 1CD,,E2,C2,S2")]
    [InlineData("\"ZZ99 1AB\",\"\",\"E1\",\"C1\",\"S1\"\n\n\r\n\"ZZ99 1CD\",,E2,C2,\"S2\"\n\n")]
    [InlineData("ZZ99 1AB,\"19\"\"99\n,\",E1,C1,S1\nZZ99 1CD,,E2,C2,S2\n")]
    [InlineData("ZZ99 1AB, a \"quote\" inside,E1,C1,S1\nZZ99 1CD,,E2,C2,S2\n")]
    public async Task Rows_are_the_same_however_they_are_quoted_and_ended(string rows) => Assert.Equal(
        ["ZZ991AB=S1/E1/C1", "ZZ991CD=S2/E2/C2"], await Read.InShortAsync(ReferenceKind.Postcodes, Read.PostcodeHeader + rows));

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    public async Task A_byte_order_mark_is_no_part_of_the_first_column(string encoding)
    {
        var text = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. text.GetPreamble(), .. text.GetBytes(Read.PostcodeHeader + "ZZ99 1AB,,E1,C1,S1\n")];

        Assert.Equal(["ZZ991AB=S1/E1/C1"], Read.InShort(await Read.Async(ReferenceKind.Postcodes, new MemoryStream(bytes))));
    }

    [Fact]
    public async Task A_bad_row_is_told_by_the_line_it_begins_at_and_costs_no_other_row()
    {
        var text = Read.PostcodeHeader
            + "ZZ99 1AB,,E1,C1,S1\n"
            + "\"ZZ99 1CD,,E2,C2,S2\n" // 3: closed by a quote of line 6
            + "ZZ99 1EF,,E3,C3,S3\n"
            + "\n"
            + "\"ZZ99 1GH\"x,,E4,C4,S4\n" // 6
            + "ZZ99 1JK,\"a\nb\",E5,C5,S5\n" // 7 and 8
            + "not a postcode,,E6,C6,S6\n" // 9
            + "ZZ99 1LM,,E7,C7\n" // 10
            + "ZZ99 1NP,,E8,C8,S8,more\n" // 11
            + "ZZ99 1QR,,E-9,C9,S9\n" // 12
            + "ZZ99 1ST,,E1,C10,0123456789012\n" // 13
            + "ZZ99 1UV,,E1,C 1,S1\n" // 14
            + "ZZ99 1WX,,,,\n"
            + "ZZ99 1YZ,\"never closed,E1,C1,S1\n" // 16
            + "ZZ99 1ZZ,,E1,C1,S1\n";

        Assert.Equal(
            [
                "ZZ991AB=S1/E1/C1", "3:csv.text-after-quote", "ZZ991EF=S3/E3/C3", "6:csv.text-after-quote", "ZZ991JK=S5/E5/C5", "9:postcodes.postcode",
                "10:postcodes.columns", "11:postcodes.columns", "12:postcodes.local-authority", "13:postcodes.sub-location", "14:postcodes.country", "ZZ991WX=//",
                "16:csv.quote-not-closed", "ZZ991ZZ=S1/E1/C1",
            ],
            await Read.InShortAsync(ReferenceKind.Postcodes, text));
    }

    [Fact]
    public async Task A_row_without_end_is_left_out_and_takes_no_memory()
    {
        var text = Read.PostcodeHeader + "ZZ99 1AB,,E1,C1,S1\n" + new string('x', 5_000_000) + "\nZZ99 1CD,,E2,C2,S2\n" + new string('y', 1_000_000);

        Assert.Equal(
            ["ZZ991AB=S1/E1/C1", "3:csv.row-too-long", "ZZ991CD=S2/E2/C2", "5:csv.row-too-long"], await Read.InShortAsync(ReferenceKind.Postcodes, text));
    }

    [Fact]
    public async Task More_fields_than_any_file_has_are_a_bad_row()
    {
        Assert.Equal(["2:csv.too-many-fields"], await Read.InShortAsync(ReferenceKind.Postcodes, Read.PostcodeHeader + new string(',', 20_000) + "\n"));
    }

    [Fact]
    public async Task A_fault_never_holds_what_stands_in_the_row()
    {
        var readings = await Read.Async(ReferenceKind.Postcodes, Read.PostcodeHeader + "telling,telling,te-lling,te lling,telling\n\"telling\n");

        Assert.Equal(2, readings.Count);
        Assert.All(readings, reading => Assert.DoesNotContain("telling", reading.Fault!.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_longer_than_the_first_buffer_are_read_whole_wherever_they_are_cut()
    {
        var wide = string.Concat(Enumerable.Range(0, 300).Select(row => $"ZZ99 {row % 10}AB,\"{new string('z', 211 * (row % 97))}\",E{row},C1,S1\n"));

        var readings = await Read.Async(ReferenceKind.Postcodes, Read.PostcodeHeader + wide);

        Assert.Equal(Enumerable.Range(0, 300).Select(row => $"E{row}"), readings.Select(reading => reading.Row!.Value.Areas.LocalAuthority));
    }
}
