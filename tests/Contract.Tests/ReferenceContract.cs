using Nems.Core.Ports;
using Nems.Core.Reference;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>Editions come into force whole or not at all, and outlive a restart; lookups see one of them.</summary>
public abstract class ReferenceContract(Backend backend) : ContractTest(backend)
{
    private static readonly ReferenceCount Count = new(2, 1, 0);

    [Fact]
    public void Without_an_edition_nothing_is_known()
    {
        Assert.Null(Backend.Reference.FindPostcode("ZZ991AB"));
        Assert.Null(Backend.Reference.FindSubLocation("Z99001"));
        Assert.All(ReferenceKinds.All, kind => Assert.Null(Backend.ReferenceEditions.InForce(kind)));
    }

    [Fact]
    public async Task An_edition_is_in_force_once_it_is_committed_and_after_a_restart()
    {
        var committed = await ImportAsync(ReferenceKind.Postcodes, Postcode("ZZ991AB", "S1", "E1", "C1"), Postcode("M11AA", null, null, "C2"), Postcode("EC1A1BB", null, null, null));
        var practices = await ImportAsync(ReferenceKind.Practices, Code("Z99001", "S1"), Code("Z99002", null));

        AssertInForce();
        await Backend.RestartAsync();
        AssertInForce();

        void AssertInForce()
        {
            Assert.Equal(committed, Backend.ReferenceEditions.InForce(ReferenceKind.Postcodes));
            Assert.Equal(practices, Backend.ReferenceEditions.InForce(ReferenceKind.Practices));
            Assert.Equal(new ReferenceEdition(ReferenceKind.Postcodes, 1, Now, Count, false), committed);
            Assert.Equal(new PostcodeAreas("S1", "E1", "C1"), Backend.Reference.FindPostcode("ZZ991AB"));
            Assert.Equal(new PostcodeAreas(null, null, "C2"), Backend.Reference.FindPostcode("M11AA"));
            Assert.Equal(new PostcodeAreas(null, null, null), Backend.Reference.FindPostcode("EC1A1BB"));
            Assert.Equal("S1", Backend.Reference.FindSubLocation("Z99001"));
            Assert.Null(Backend.Reference.FindSubLocation("Z99002"));
            Assert.Null(Backend.Reference.FindSubLocation("Z99003"));
            foreach (var unknown in new[] { "", "M11AB", "M11A", "zz991ab", "ZZ99 1AB", "ZZ991ABZZ991ABZZ991AB", "Ä" }) Assert.Null(Backend.Reference.FindPostcode(unknown));
        }
    }

    [Fact]
    public async Task A_new_edition_replaces_the_old_one_of_its_kind_alone()
    {
        await ImportAsync(ReferenceKind.Practices, Code("Z99001", "S1"));
        await ImportAsync(ReferenceKind.Postcodes, Postcode("ZZ991AB", "S1", "E1", "C1"));

        var second = await ImportAsync(ReferenceKind.Postcodes, Postcode("ZZ991CD", "S2", "E2", "C2"));

        Assert.Equal(2, second.Number);
        Assert.Null(Backend.Reference.FindPostcode("ZZ991AB"));
        Assert.Equal("E2", Backend.Reference.FindPostcode("ZZ991CD")?.LocalAuthority);
        Assert.Equal("S1", Backend.Reference.FindSubLocation("Z99001"));
        await Backend.RestartAsync();
        Assert.Null(Backend.Reference.FindPostcode("ZZ991AB"));
        Assert.Equal("E2", Backend.Reference.FindPostcode("ZZ991CD")?.LocalAuthority);
    }

    [Fact]
    public async Task Of_several_rows_with_one_key_the_last_stays()
    {
        await ImportAsync(ReferenceKind.Postcodes, Postcode("ZZ991AB", "S1", "E1", "C1"), Postcode("ZZ991AB", "S2", "E2", "C2"));
        await ImportAsync(ReferenceKind.Practices, Code("Z99001", "S1"), Code("Z99001", "S2"));

        Assert.Equal("S2", Backend.Reference.FindPostcode("ZZ991AB")?.SubLocation);
        Assert.Equal("S2", Backend.Reference.FindSubLocation("Z99001"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sub_locations_of_postcodes_are_translated_whichever_came_first(bool translationsFirst)
    {
        if (translationsFirst) await TranslationsAsync();
        await ImportAsync(ReferenceKind.Postcodes, Postcode("ZZ991AB", "E38000001", "E1", "C1"), Postcode("ZZ991CD", "E38000002", "E1", "C1"));
        if (!translationsFirst) await TranslationsAsync();

        AssertTranslated();
        await Backend.RestartAsync();
        AssertTranslated();
        await ImportAsync(ReferenceKind.SubLocations, Code("E38000001", "00B"));
        Assert.Equal(new PostcodeAreas("00B", "E1", "C1"), Backend.Reference.FindPostcode("ZZ991AB"));

        Task<ReferenceEdition> TranslationsAsync() => ImportAsync(ReferenceKind.SubLocations, Code("E38000001", "00A"));

        void AssertTranslated()
        {
            Assert.Equal(new PostcodeAreas("00A", "E1", "C1"), Backend.Reference.FindPostcode("ZZ991AB"));
            Assert.Equal("E38000002", Backend.Reference.FindPostcode("ZZ991CD")?.SubLocation);
        }
    }

    [Fact]
    public async Task What_is_being_built_is_not_seen_and_what_is_given_up_never_was()
    {
        var first = await ImportAsync(ReferenceKind.Postcodes, Postcode("ZZ991AB", "S1", "E1", "C1"));
        await using (var draft = Begin(ReferenceKind.Postcodes))
        {
            await draft.AddAsync([Postcode("ZZ991AB", "S2", "E2", "C2"), Postcode("ZZ991CD", "S2", "E2", "C2")], Cancel);
            AssertFirst();
        }

        AssertFirst();
        await Backend.RestartAsync();
        AssertFirst();
        Assert.Equal(2, (await ImportAsync(ReferenceKind.Postcodes, Postcode("ZZ991CD", "S3", "E3", "C3"))).Number);

        void AssertFirst()
        {
            Assert.Equal(first, Backend.ReferenceEditions.InForce(ReferenceKind.Postcodes));
            Assert.Equal("E1", Backend.Reference.FindPostcode("ZZ991AB")?.LocalAuthority);
            Assert.Null(Backend.Reference.FindPostcode("ZZ991CD"));
        }
    }

    [Fact]
    public async Task One_edition_is_built_at_a_time()
    {
        await using (Begin(ReferenceKind.Postcodes))
        {
            Assert.Null(Backend.ReferenceEditions.Begin(ReferenceKind.Postcodes));
            Assert.Null(Backend.ReferenceEditions.Begin(ReferenceKind.Practices));
        }

        await ImportAsync(ReferenceKind.Practices, Code("Z99001", "S1"));
        await ImportAsync(ReferenceKind.Practices, Code("Z99001", "S2"));
        Assert.Equal("S2", Backend.Reference.FindSubLocation("Z99001"));
    }

    [Fact]
    public async Task A_sample_ends_with_the_process_and_an_import_replaces_it()
    {
        var sample = await ImportAsync(ReferenceKind.Practices, isSample: true, Code("Z99001", "S1"));
        await ImportAsync(ReferenceKind.Postcodes, isSample: true, Postcode("ZZ991AB", "S1", "E1", "C1"));
        Assert.True(sample.IsSample);
        Assert.Equal("S1", Backend.Reference.FindSubLocation("Z99001"));

        var imported = await ImportAsync(ReferenceKind.Practices, Code("Z99001", "S2"));
        await Backend.RestartAsync();

        Assert.Equal(imported, Backend.ReferenceEditions.InForce(ReferenceKind.Practices));
        Assert.Equal("S2", Backend.Reference.FindSubLocation("Z99001"));
        Assert.Null(Backend.ReferenceEditions.InForce(ReferenceKind.Postcodes));
        Assert.Null(Backend.Reference.FindPostcode("ZZ991AB"));
    }

    [Fact]
    public async Task A_spool_is_there_to_be_read_again()
    {
        await using var draft = Begin(ReferenceKind.Postcodes);
        await using var spool = draft.Spool();

        await spool.WriteAsync(new byte[] { 1, 2, 3 }, Cancel);
        spool.Position = 1;

        Assert.Equal((2, 3, -1), (spool.ReadByte(), spool.ReadByte(), spool.ReadByte()));
    }

    [Fact]
    public async Task A_reader_never_sees_half_an_edition_while_they_change()
    {
        // Every postcode of edition n is in authority n: a lookup may give n - 1 or n, never less than was seen before, and never nothing.
        const int Editions = 12;
        const int Keys = 3000;
        await ImportAsync(ReferenceKind.Postcodes, Edition(1));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var readers = Enumerable.Range(0, 4).Select(seed => Task.Run(
            () =>
            {
                var random = new Random(seed);
                int last = 1, looks = 0;
                while (!done.IsCancellationRequested || looks == 0)
                {
                    var found = Backend.Reference.FindPostcode(KeyOf(random.Next(Keys)));
                    Assert.NotNull(found);
                    var edition = int.Parse(found.LocalAuthority!, System.Globalization.CultureInfo.InvariantCulture);
                    Assert.Equal($"S{edition}", found.SubLocation);
                    Assert.InRange(edition, last, Editions);
                    last = edition;
                    looks++;
                }

                return looks;
            },
            Cancel)).ToArray();

        for (var edition = 2; edition <= Editions; edition++) await ImportAsync(ReferenceKind.Postcodes, Edition(edition));
        await done.CancelAsync();

        Assert.All(await Task.WhenAll(readers), looks => Assert.True(looks > 0));
        Assert.Equal("12", Backend.Reference.FindPostcode(KeyOf(0))?.LocalAuthority);

        static string KeyOf(int row) => $"ZZ{row / 10 % 10}{row % 10}{(char)('A' + row / 100 % 26)}{(char)('A' + row / 2600)}";

        static ReferenceRow[] Edition(int number) => [.. Enumerable.Range(0, Keys).Select(row => Postcode(KeyOf(row), $"S{number}", $"{number}", "C1"))];
    }

    private static ReferenceRow Postcode(string key, string? subLocation, string? authority, string? country) => new(key, new PostcodeAreas(subLocation, authority, country));

    private static ReferenceRow Code(string key, string? code) => new(key, new PostcodeAreas(code, null, null));

    private IReferenceDraft Begin(ReferenceKind kind)
    {
        var draft = Backend.ReferenceEditions.Begin(kind);
        Assert.NotNull(draft);
        return draft;
    }

    private Task<ReferenceEdition> ImportAsync(ReferenceKind kind, params ReferenceRow[] rows) => ImportAsync(kind, false, rows);

    private async Task<ReferenceEdition> ImportAsync(ReferenceKind kind, bool isSample, params ReferenceRow[] rows)
    {
        await using var draft = Begin(kind);
        await draft.AddAsync(rows, Cancel);
        return await draft.CommitAsync(Count, isSample, Cancel);
    }
}
