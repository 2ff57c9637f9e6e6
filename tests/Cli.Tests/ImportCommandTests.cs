using Nems.Testing;

namespace Nems.Cli.Tests;

/// <summary>The command against the service as shipped.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_file_is_imported_and_the_status_shows_it()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        var file = await FileAsync(ReferenceFiles.Postcodes(3000, "E060"));

        var imported = await RunAsync(nems, "import", "postcodes", file, "--json");
        var status = await RunAsync(nems, "import", "status", "--json");

        Assert.Equal((0, 0), (imported.Exit, status.Exit));
        Assert.Equal((3000, "import"), ((int?)Assert.Single(imported.Json)["edition"]!["rows"], (string?)imported.Json[0]["edition"]!["source"]));
        var postcodes = Assert.Single(status.Json)["inForce"]!.AsArray().Single(edition => (string?)edition!["kind"] == "postcodes");
        Assert.Equal(3000, (int?)postcodes!["rows"]);
    }

    [Fact]
    public async Task People_are_told_what_came_in_and_what_did_not()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        var file = await FileAsync(["pcds,oslaua,ctry,sicbl", "ZZ99 1AB,E1,C1,S1", "[red]no postcode,E1,C1,S1"]);

        var stopped = await RunAsync(nems, "import", "postcodes", file);
        var skipped = await RunAsync(nems, "import", "postcodes", file, "--on-bad-row", "skip");
        var status = await RunAsync(nems, "import", "status");

        Assert.Equal((1, 0), (stopped.Exit, skipped.Exit));
        Assert.Contains("the edition in force stays", stopped.Output, StringComparison.Ordinal);
        Assert.Contains("1 rows, 0 not wanted, 1 bad", skipped.Output, StringComparison.Ordinal);
        Assert.All([stopped, skipped], ran => Assert.Contains("postcodes.postcode", ran.Output, StringComparison.Ordinal));
        Assert.Contains("sample", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_samples_that_ship_can_be_imported_as_they_are()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);
        foreach (var kind in new[] { "practices", "postcodes", "sublocations" })
        {
            var ran = await RunAsync(nems, "import", kind, Path.Combine(AppContext.BaseDirectory, "Reference", $"{kind}.sample.csv"), "--json");

            Assert.Equal(("import", 0), ((string?)Assert.Single(ran.Json)["edition"]!["source"], (int?)ran.Json[0]["edition"]!["bad"]));
        }
    }

    [Fact]
    public async Task Another_key_than_an_operators_is_a_failure_in_words()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);

        var ran = await Ran.Async("import", "status", "--url", nems.Address.ToString(), "--key", "nobodys-key");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("operator key", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_the_one_of_the_sample_registry_is_sent()
    {
        await using var service = await FakeService.StartAsync(_ => Task.CompletedTask);

        await Ran.Async("import", "status", "--url", service.Url);

        Assert.Equal("Bearer development-operator-key", Assert.Single(service.Requests).Headers["Authorization"]);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_a_failure_in_words()
    {
        var service = await FakeService.StartAsync(_ => Task.CompletedTask);
        var url = service.Url;
        await service.DisposeAsync();

        var ran = await Ran.Async("import", "practices", await FileAsync(["x"]), "--url", url, "--json");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("did not answer", (string?)Assert.Single(ran.Json)["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import")]
    [InlineData("import", "postcodes")]
    [InlineData("import", "planets", "x.csv")]
    [InlineData("import", "postcodes", "no-such-file.csv")]
    [InlineData("import", "status", "--on-bad-row", "skip")]
    public async Task What_makes_no_sense_is_not_sent(params string[] args) => Assert.Equal(2, (await Ran.Async(args)).Exit);

    private static Task<Ran> RunAsync(NemsUnderTest nems, params string[] args) =>
        Ran.Async([.. args, "--url", nems.Address.ToString(), "--key", TestRegistry.OperatorKey]);

    private async Task<string> FileAsync(IEnumerable<string> lines)
    {
        var path = directory.File("file.csv");
        await File.WriteAllLinesAsync(path, lines, TestContext.Current.CancellationToken);
        return path;
    }
}
