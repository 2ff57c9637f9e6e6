using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nems.Testing;

namespace Nems.Durability.Tests;

/// <summary>The process dies in an import. Whenever it does, one whole edition is in force afterwards, and nothing is left of the other.</summary>
public sealed class ReferenceImportTests : IDisposable
{
    // The sample of Development is the edition before it.
    private const int FirstImport = 2;

    private readonly TemporaryDirectory directory = new();

    private string Armed => directory.File("armed");

    private string Data => directory.File("data");

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_process_killed_while_the_file_is_read_leaves_the_old_edition_in_force()
    {
        await using (var nems = await StartAsync())
        {
            await ImportAsync(nems, 1000, "E060");
            using var half = ReferenceFiles.Stream(ReferenceFiles.Postcodes(100_000, "E070"), async (read, gone) =>
            {
                if (read > 4_000_000) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, gone);
            });
            using var end = new CancellationTokenSource();
            var import = nems.Client.ImportReferenceAsync("postcodes", half, cancel: end.Token);
            await UntilRowsAsync(nems.Client);
            Assert.Equal(2, Editions().Length);

            await nems.KillAsync();
            await end.CancelAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => import);
        }

        await using var next = await StartAsync();
        await AssertInForceAsync(next, FirstImport, rows: 1000, "E060");
    }

    [Theory]
    [InlineData("reference.built", FirstImport, 1000, "E060")]
    [InlineData("reference.switched", FirstImport + 1, 2000, "E070")]
    public async Task A_process_that_dies_at_the_switch_has_made_it_or_not(string point, int number, int rows, string edition)
    {
        await using (var nems = await StartAsync(point))
        {
            await ImportAsync(nems, 1000, "E060");
            await File.WriteAllTextAsync(Armed, "", TestContext.Current.CancellationToken);

            await Assert.ThrowsAsync<HttpRequestException>(() => ImportAsync(nems, 2000, "E070"));

            Assert.Equal(NemsProcess.Killed, await nems.EndsAsync());
        }

        File.Delete(Armed);
        await using var next = await StartAsync();
        await AssertInForceAsync(next, number, rows, edition);
        await ImportAsync(next, 10, "E080");
        await AssertInForceAsync(next, number + 1, 10, "E080");
    }

    private Task<NemsProcess> StartAsync(string? point = null) => NemsProcess.StartAsync(
        directory.Path, [], point is null ? [] : [$"crash:point={point}", $"crash:marker={directory.File("reached")}", $"crash:armed={Armed}"]);

    private static async Task ImportAsync(NemsProcess nems, int rows, string edition)
    {
        using var answer = await nems.Client.ImportReferenceAsync(
            "postcodes", ReferenceFiles.Stream(ReferenceFiles.Postcodes(rows, edition)), cancel: TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private async Task AssertInForceAsync(NemsProcess nems, int number, int rows, string edition)
    {
        var status = await nems.Client.ReferenceStatusAsync();
        var postcodes = status.GetProperty("inForce").EnumerateArray().Single(each => each.GetProperty("kind").GetString() == "postcodes");
        Assert.Equal((number, rows, "import"), (postcodes.GetProperty("number").GetInt32(), postcodes.GetProperty("rows").GetInt32(), postcodes.GetProperty("source").GetString()));

        // The file says the same as the service, and it is the only one.
        var file = Assert.Single(Editions());
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM postcodes) || ' ' || (SELECT min(substr(local_authority, 1, 4)) FROM areas)";
        Assert.Equal($"{rows} {edition}", command.ExecuteScalar());
        Assert.Empty(Directory.GetFiles(Data, "*.spool"));
    }

    private string[] Editions() => Directory.GetFiles(Data, "reference-postcodes-*");

    private static async Task UntilRowsAsync(NemsClient client)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await client.ReferenceStatusAsync()).GetProperty("underWay") is not { ValueKind: JsonValueKind.Object } import || import.GetProperty("rows").GetInt64() == 0)
            await look.WaitForNextTickAsync(deadline.Token);
    }
}
