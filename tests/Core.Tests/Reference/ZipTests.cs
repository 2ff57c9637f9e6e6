using System.Globalization;
using System.Text;
using Nems.Core.Reference;

namespace Nems.Core.Tests.Reference;

/// <summary>Zip files as publishers make them, and as nobody should.</summary>
public sealed class ZipTests
{
    private const string Postcodes = Read.PostcodeHeader + "ZZ99 1AB,,E1,C1,S1\n";

    [Theory]
    [InlineData(ReferenceKind.Postcodes, "whatever.CSV", "ZZ991AB=S1/E1/C1")]
    [InlineData(ReferenceKind.Postcodes, "Data/ONSPD_FEB_2026_UK.csv", "ZZ991AB=S1/E1/C1")]
    public async Task The_one_csv_of_a_zip_is_read(ReferenceKind kind, string name, string expected)
    {
        using var zip = Read.Zip(("User Guide/guide.pdf", "%PDF"), (name, Postcodes), ("__MACOSX/._x.csv", "x"));

        Assert.Equal([expected], Read.InShort(await Read.Async(kind, zip)));
    }

    [Fact]
    public async Task Of_a_whole_release_each_kind_takes_its_own_file()
    {
        using var zip = Release();
        Assert.Equal(["ZZ991AB=S1/E1/C1"], Read.InShort(await Read.Async(ReferenceKind.Postcodes, zip)));

        using var again = Release();
        Assert.Equal(["E38000001=00A//"], Read.InShort(await Read.Async(ReferenceKind.SubLocations, again)));

        static MemoryStream Release() => Read.Zip(
            ("Data/ONSPD_FEB_2026_UK.csv", Postcodes),
            ("Data/multi_csv/ONSPD_FEB_2026_UK_ZZ.csv", "not,this\n"),
            ("Documents/Sub ICB Locations names and codes UK as at 04_26.csv", "SICBL26CD,SICBL26CDH\nE38000001,00A\n"),
            ("Documents/LAD names and codes UK as at 04_26.csv", "LAD26CD,LAD26NM\n"));
    }

    [Fact]
    public async Task Several_that_could_be_meant_are_refused_and_so_is_none()
    {
        using var two = Read.Zip(("a.csv", Postcodes), ("b.csv", Postcodes));
        Assert.Equal(["0:zip.which-csv!"], Read.InShort(await Read.Async(ReferenceKind.Postcodes, two)));

        using var none = Read.Zip(("a.txt", Postcodes));
        Assert.Equal(["0:zip.no-csv!"], Read.InShort(await Read.Async(ReferenceKind.Postcodes, none)));
    }

    [Fact]
    public async Task A_zip_that_is_cut_short_is_refused_wherever_it_is_cut()
    {
        using var zip = Read.Zip(("a.csv", Read.PostcodeHeader + string.Concat(Enumerable.Range(0, 3000).Select(row => $"ZZ99 {row % 10}AB,,E{row * 7919 % 9973},C1,S1\n"))));
        var whole = zip.ToArray();

        for (var length = 4; length < whole.Length; length += whole.Length / 23)
        {
            var readings = await Read.Async(ReferenceKind.Postcodes, new MemoryStream(whole, 0, length));
            Assert.True(readings[^1].IsOfTheFile, length.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task A_zip_bomb_is_read_no_further_than_the_limit()
    {
        using var bomb = Read.Zip(("a.csv", Read.PostcodeHeader + string.Concat(Enumerable.Repeat("ZZ99 1AB,,E1,C1,S1\n", 500_000))));
        Assert.True(bomb.Length < 200_000);

        var readings = await Read.Async(ReferenceKind.Postcodes, bomb, ReferenceLimits.Default with { Content = 100_000 });

        Assert.Equal("0:file.too-large!", Read.InShort(readings)[^1]);
        Assert.InRange(readings.Count, 2, 6000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_sent_is_read_no_further_than_the_limit(bool isZip)
    {
        var text = Read.PostcodeHeader + string.Concat(Enumerable.Range(0, 5000).Select(row => $"ZZ99 1AB,{row * 7919 % 9973 * row},E1,C1,S1\n"));
        using var sent = isZip ? Read.Zip(("a.csv", text)) : new MemoryStream(Encoding.UTF8.GetBytes(text));

        var readings = await Read.Async(ReferenceKind.Postcodes, sent, ReferenceLimits.Default with { Upload = 1000 });

        Assert.Equal("0:file.too-large!", Read.InShort(readings)[^1]);
        Assert.InRange(readings.Count, 1, 60);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1)]
    public async Task Reading_just_as_much_as_the_limit_is_reading_it_all(int chunk)
    {
        var bytes = Encoding.UTF8.GetBytes(Postcodes);

        var readings = await Read.Async(ReferenceKind.Postcodes, new Trickle(bytes, chunk), ReferenceLimits.Default with { Upload = bytes.Length });

        Assert.Equal(["ZZ991AB=S1/E1/C1"], Read.InShort(readings));
    }

    /// <summary>Comes in small pieces, as a network may bring it.</summary>
    private sealed class Trickle(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }
}
