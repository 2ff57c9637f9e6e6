using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Audit;
using Nems.Core.Ports;
using Nems.Core.Reference;
using Nems.Testing;

namespace Nems.Journey.Tests;

/// <summary>An operator imports reference data; whatever goes wrong, what was in force stays.</summary>
public sealed class ReferenceTests
{
    private const string Header = "pcds,oslaua,ctry,sicbl\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_development_the_sample_is_in_force_until_something_is_imported()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        var reference = nems.Services.GetRequiredService<IReferenceData>();

        Assert.All(Editions(await nems.Client.ReferenceStatusAsync()), edition => Assert.Equal("sample", edition.GetProperty("source").GetString()));
        Assert.Equal(new PostcodeAreas("X2458", "E08000035", "E92000001"), reference.FindPostcode("ZZ991AB"));
        Assert.Equal(new PostcodeAreas("99Y", "E06000052", "E92000001"), reference.FindPostcode("ZZ993GH"));
        Assert.Equal(("X2458", "99Y", "99X"), (reference.FindSubLocation("B86056"), reference.FindSubLocation("B86099"), reference.FindSubLocation("A83627")));
        Assert.Null(reference.FindSubLocation("Z99007"));

        using var answer = await nems.Client.ImportReferenceAsync("postcodes", Text(Header + "ZZ99 1AB,E1,C1,S1\n"), cancel: Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(new PostcodeAreas("S1", "E1", "C1"), reference.FindPostcode("ZZ991AB"));
        Assert.Null(reference.FindPostcode("ZZ993GH"));
        var sources = Editions(await nems.Client.ReferenceStatusAsync()).ToDictionary(edition => edition.GetProperty("kind").GetString()!, edition => edition.GetProperty("source").GetString());
        Assert.Equal(("import", "sample", "sample"), (sources["postcodes"], sources["practices"], sources["sublocations"]));
    }

    [Fact]
    public async Task The_sample_is_in_force_in_development_alone()
    {
        using var directory = new TemporaryDirectory();
        await using (await NemsUnderTest.StartAsync([], directory: directory.Path))
        {
        }

        await using var production = await NemsUnderTest.StartAsync(
            [], directory: directory.Path, settings: ["environment=Production", "Nems:Auth:Scheme=Signed", "Nems:Auth:Audience:0=https://nems.example.nhs.uk"]);

        Assert.Empty(Editions(await production.Client.ReferenceStatusAsync()));
    }

    [Fact]
    public async Task A_bad_row_stops_the_import_or_is_skipped_by_choice_and_told_by_its_line()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        const string File = Header + "ZZ99 1AB,E1,C1,S1\nno postcode,E2,C2,S2\nZZ99 1CD,E3,C3\nZZ99 1EF,E4,C4,S4\n";

        using var stopped = await nems.Client.ImportReferenceAsync("postcodes", Text(File), cancel: Cancel);
        var refusal = await JsonAsync(stopped);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stopped.StatusCode);
        Assert.Equal((3, "postcodes.postcode"), FaultOf(refusal.GetProperty("fault")));
        Assert.All(Editions(await nems.Client.ReferenceStatusAsync()), edition => Assert.Equal("sample", edition.GetProperty("source").GetString()));

        using var skipped = await nems.Client.ImportReferenceAsync("postcodes", Text(File), "?onBadRow=skip", cancel: Cancel);
        var answer = await JsonAsync(skipped);
        Assert.Equal(HttpStatusCode.OK, skipped.StatusCode);
        Assert.Equal([(3, "postcodes.postcode"), (4, "postcodes.columns")], answer.GetProperty("faults").EnumerateArray().Select(FaultOf));
        Assert.Equal((2, 2), (answer.GetProperty("edition").GetProperty("rows").GetInt32(), answer.GetProperty("edition").GetProperty("bad").GetInt32()));
        Assert.DoesNotContain("no postcode", refusal.ToString() + answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("practices", "", 422, "file.empty")]
    [InlineData("postcodes", "a,b\n1,2\n", 422, "file.column-missing")]
    [InlineData("postcodes", Header, 422, "file.no-rows")]
    [InlineData("postcodes", "PK\u0003\u0004 and no more", 422, "zip.unreadable")]
    [InlineData("practices", "a,b\n", 422, "practices.columns")]
    public async Task A_file_that_is_none_is_refused_by_a_rule(string kind, string text, int status, string rule)
    {
        await using var nems = await NemsUnderTest.StartAsync([]);

        using var answer = await nems.Client.ImportReferenceAsync(kind, Text(text), "?onBadRow=skip", cancel: Cancel);

        Assert.Equal((status, rule), ((int)answer.StatusCode, (await JsonAsync(answer)).GetProperty("fault").GetProperty("rule").GetString()));
    }

    [Fact]
    public async Task Only_an_operator_may_and_only_what_there_is()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);

        using var stranger = await nems.Client.ImportReferenceAsync("postcodes", Text(Header), key: "somebody-elses-key", cancel: Cancel);
        using var unknown = await nems.Client.ImportReferenceAsync("planets", Text(Header), cancel: Cancel);
        using var unclear = await nems.Client.ImportReferenceAsync("postcodes", Text(Header), "?onBadRow=shrug", cancel: Cancel);

        Assert.Equal((401, 404, 400), ((int)stranger.StatusCode, (int)unknown.StatusCode, (int)unclear.StatusCode));
    }

    [Fact]
    public async Task A_switch_is_in_the_trail_with_who_did_it()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);

        using var answer = await nems.Client.ImportReferenceAsync("postcodes", Text(Header + "ZZ99 1AB,E1,C1,S1\n"), cancel: Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var store = new SqliteConnection($"Data Source={Path.Combine(nems.DataDirectory, "data", "nems.db")};Pooling=False");
        store.Open();
        using var select = store.CreateCommand();
        select.CommandText = $"SELECT asid || ' ' || reason FROM trail WHERE action = {(int)AuditAction.ReferenceSwitched}";
        Assert.Equal("ops postcodes", select.ExecuteScalar());
    }

    [Fact]
    public async Task While_one_import_is_under_way_the_status_shows_it_and_another_is_turned_away()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        var goOn = new TaskCompletionSource();
        using var half = ReferenceFiles.Stream(ReferenceFiles.Postcodes(5000, "E060"), async (read, _) =>
        {
            if (read > 1_000_000) await goOn.Task;
        });

        var first = nems.Client.ImportReferenceAsync("postcodes", half, cancel: Cancel);
        await UntilRowsAsync(nems.Client);
        using var second = await nems.Client.ImportReferenceAsync("practices", Text("x"), cancel: Cancel);
        goOn.SetResult();
        using var answer = await first;

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(JsonValueKind.Null, (await nems.Client.ReferenceStatusAsync()).GetProperty("underWay").ValueKind);
    }

    [Fact]
    public async Task An_upload_that_is_broken_off_leaves_the_old_edition_in_force_and_nothing_behind()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        var reference = nems.Services.GetRequiredService<IReferenceData>();
        using (await nems.Client.ImportReferenceAsync("postcodes", ReferenceFiles.Stream(ReferenceFiles.Postcodes(1000, "E060")), cancel: Cancel))
        {
        }

        using var brokenOff = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var half = ReferenceFiles.Stream(ReferenceFiles.Postcodes(50_000, "E070"), async (read, gone) =>
        {
            if (read > 1_000_000) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, gone);
        });
        var import = nems.Client.ImportReferenceAsync("postcodes", half, cancel: brokenOff.Token);
        await UntilRowsAsync(nems.Client);
        Assert.Equal("E06000000", reference.FindPostcode(ReferenceFiles.Postcode(1))?.LocalAuthority);
        await brokenOff.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => import);

        await Eventually.HoldsAsync(() => Files(nems, "*postcodes*").Length == 1, "the half edition is gone");
        Assert.Equal("E06000000", reference.FindPostcode(ReferenceFiles.Postcode(1))?.LocalAuthority);
        Assert.Null(reference.FindPostcode(ReferenceFiles.Postcode(2000)));
        using var again = await nems.Client.ImportReferenceAsync("postcodes", ReferenceFiles.Stream(ReferenceFiles.Postcodes(3000, "E080")), cancel: Cancel);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("E08000000", reference.FindPostcode(ReferenceFiles.Postcode(2000))?.LocalAuthority);
    }

    [Fact]
    public async Task A_zip_over_http_is_set_down_read_and_gone()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = archive.CreateEntry("Data/ONSPD_FEB_2026_UK.csv").Open();
            await ReferenceFiles.Stream(ReferenceFiles.Postcodes(3000, "E060")).CopyToAsync(entry, Cancel);
        }

        zip.Position = 0;
        using var answer = await nems.Client.ImportReferenceAsync("postcodes", zip, cancel: Cancel);

        Assert.Equal(3000, (await JsonAsync(answer)).GetProperty("edition").GetProperty("rows").GetInt32());
        Assert.Equal("E06000000", nems.Services.GetRequiredService<IReferenceData>().FindPostcode(ReferenceFiles.Postcode(2999))?.LocalAuthority);
        Assert.Empty(Files(nems, "*.spool"));
    }

    /// <summary>27,000 rows; with NEMS_TEST_SCALE=100 as many as the real directory has.</summary>
    [Fact]
    public async Task A_whole_directory_is_imported_and_every_row_of_it_is_found()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        var started = Stopwatch.GetTimestamp();

        using var answer = await nems.Client.ImportReferenceAsync("postcodes", ReferenceFiles.Stream(ReferenceFiles.Postcodes(ReferenceFiles.Rows, "E060")), cancel: Cancel);

        Assert.Equal(ReferenceFiles.Rows, (await JsonAsync(answer)).GetProperty("edition").GetProperty("rows").GetInt32());
        var imported = Stopwatch.GetElapsedTime(started);
        var reference = nems.Services.GetRequiredService<IReferenceData>();
        started = Stopwatch.GetTimestamp();
        for (var row = 0; row < ReferenceFiles.Rows; row++)
        {
            var areas = reference.FindPostcode(ReferenceFiles.Postcode(row));
            Assert.Equal((ReferenceFiles.LocalAuthority(row, "E060"), ReferenceFiles.SubLocation(row)), (areas?.LocalAuthority, areas?.SubLocation));
        }

        TestContext.Current.SendDiagnosticMessage(
            "{0} rows in {1:F1} s; peak of the whole test process {2} MB; a lookup with its check {3:F2} µs", ReferenceFiles.Rows, imported.TotalSeconds,
            Process.GetCurrentProcess().PeakWorkingSet64 / (1 << 20), Stopwatch.GetElapsedTime(started).TotalMicroseconds / ReferenceFiles.Rows);
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));

    private static JsonElement[] Editions(JsonElement status) => [.. status.GetProperty("inForce").EnumerateArray()];

    private static (int, string?) FaultOf(JsonElement fault) => (fault.GetProperty("line").GetInt32(), fault.GetProperty("rule").GetString());

    private static string[] Files(NemsUnderTest nems, string pattern) => Directory.GetFiles(Path.Combine(nems.DataDirectory, "data"), pattern);

    private static async Task UntilRowsAsync(NemsClient client)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while ((await client.ReferenceStatusAsync()).GetProperty("underWay") is not { ValueKind: JsonValueKind.Object } import || import.GetProperty("rows").GetInt64() == 0)
            await look.WaitForNextTickAsync(deadline.Token);
    }
}
