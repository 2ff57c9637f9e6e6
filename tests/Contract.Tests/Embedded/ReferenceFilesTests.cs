using Nems.Core.Reference;
using Nems.Testing;

namespace Nems.Contract.Tests.Embedded;

/// <summary>What imports leave in the data directory, and what a start makes of it.</summary>
public sealed class ReferenceFilesTests : IAsyncDisposable
{
    private readonly SqliteBackend backend = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string[] Files => [.. Directory.GetFiles(backend.DataDirectory, "reference*").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public ValueTask DisposeAsync() => backend.DisposeAsync();

    [Fact]
    public async Task One_file_of_each_kind_stays_whatever_was_imported_and_given_up()
    {
        await backend.StartAsync();
        for (var round = 0; round < 3; round++)
        {
            await ImportAsync(ReferenceKind.Postcodes, "ZZ991AB", "E1");
            await ImportAsync(ReferenceKind.Practices, "Z99001", "S1");
            backend.Reference.FindPostcode("ZZ991AB");
            await using var draft = backend.ReferenceEditions.Begin(ReferenceKind.Postcodes)!;
            await draft.AddAsync([new ReferenceRow("ZZ991AB", new PostcodeAreas("S1", "E1", "C1"))], Cancel);
            await using var spool = draft.Spool();
            await spool.WriteAsync(new byte[1000], Cancel);
        }

        Assert.Equal(["reference-postcodes-3.db", "reference-practices-3.db", "reference.json"], Files);
    }

    [Fact]
    public async Task What_a_dead_process_left_is_gone_after_the_next_start()
    {
        await backend.StartAsync();
        await ImportAsync(ReferenceKind.Postcodes, "ZZ991AB", "E1");
        await backend.StopAsync();
        foreach (var left in new[] { "reference-postcodes-2.db", "reference-postcodes-2.db.spool", "reference-practices-9.db", "reference-practices-9.db-journal" })
            await File.WriteAllTextAsync(Path.Combine(backend.DataDirectory, left), "half", Cancel);

        await backend.StartAsync();

        _ = backend.Reference;
        Assert.Equal(["reference-postcodes-1.db", "reference.json"], Files);
        Assert.Equal("E1", backend.Reference.FindPostcode("ZZ991AB")?.LocalAuthority);
    }

    [Theory]
    [InlineData("reference-postcodes-1.db", null)]
    [InlineData("reference-postcodes-1.db", "not a database, not a database, not a database")]
    [InlineData("reference.json", "[{")]
    [InlineData("reference.json", "[{\"Kind\":\"planets\",\"Number\":1}]")]
    public async Task An_edition_in_force_that_is_damaged_refuses_the_start_in_words(string file, string? contents)
    {
        await backend.StartAsync();
        await ImportAsync(ReferenceKind.Postcodes, "ZZ991AB", "E1");
        await backend.StopAsync();
        var path = Path.Combine(backend.DataDirectory, file);
        if (contents is null) File.Delete(path);
        else await File.WriteAllTextAsync(path, contents, Cancel);

        await backend.StartAsync();
        var fault = Assert.Throws<InvalidOperationException>(() => backend.Reference);

        Assert.Contains("Restore it", fault.Message, StringComparison.Ordinal);
    }

    private async Task ImportAsync(ReferenceKind kind, string key, string code)
    {
        await using var draft = backend.ReferenceEditions.Begin(kind);
        Assert.NotNull(draft);
        await draft.AddAsync([new ReferenceRow(key, new PostcodeAreas(code, code, "C1"))], Cancel);
        await draft.CommitAsync(new ReferenceCount(1, 0, 0), isSample: false, Cancel);
    }
}
