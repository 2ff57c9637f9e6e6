using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Nems.Api;
using Nems.Core.Deliver;
using Nems.Core.Publish;
using Nems.Embedded;
using Nems.Testing;

namespace Nems.Contract.Tests.Embedded;

/// <summary>A data directory has one owner, its keys, and a version; what does not fit refuses to start, in words.</summary>
public sealed class DataDirectoryTests
{
    private static readonly Destination Hook = ADestination.Webhook();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_owner_is_refused_in_clear_words_and_may_come_when_the_first_has_gone()
    {
        await using var first = new SqliteBackend();
        await first.StartAsync();
        await using var second = new SqliteBackend(first.DataDirectory);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(second.StartAsync);

        Assert.Contains(first.DataDirectory, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("owned by another process", refusal.Message, StringComparison.Ordinal);
        Assert.IsType<AcceptOutcome.Accepted>(await first.AcceptAsync(AnEvent.Death(), Hook));

        await first.StopAsync();
        await second.RestartAsync();
        Assert.Equal(2, (await second.AcceptAsync(AnEvent.Death(), Hook)).Place().Value);
    }

    [Fact]
    public async Task A_second_process_is_refused_in_clear_words()
    {
        await using var first = new SqliteBackend();
        await first.StartAsync();
        using var directory = new TemporaryDirectory();
        var registry = directory.File("registry.json");
        TestRegistry.Write(registry, []);
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "exec", "--runtimeconfig", Path.ChangeExtension(typeof(DataDirectoryTests).Assembly.Location, ".runtimeconfig.json"), typeof(NemsApi).Assembly.Location,
                "--environment", "Development", "--urls", "http://127.0.0.1:0", $"--Nems:DataDirectory={first.DataDirectory}", $"--Nems:RegistryFile={registry}",
            },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };

        using var second = Process.Start(start)!; // a new process each time
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        string words, output;
        try
        {
            var reading = second.StandardOutput.ReadToEndAsync(deadline.Token);
            words = await second.StandardError.ReadToEndAsync(deadline.Token);
            output = await reading;
            await second.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!second.HasExited) second.Kill(entireProcessTree: true);
        }

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("owned by another process", words, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", words + output, StringComparison.Ordinal);
        Assert.IsType<AcceptOutcome.Accepted>(await first.AcceptAsync(AnEvent.Death(), Hook));
    }

    [Fact]
    public async Task A_store_without_its_keys_is_refused_and_no_new_ones_are_made()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        await backend.StopAsync();
        var keys = Path.Combine(backend.DataDirectory, "keys.json");
        var kept = await File.ReadAllBytesAsync(keys, Cancel);
        File.Delete(keys);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(backend.StartAsync);

        Assert.Contains("keys.json", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(keys));

        await File.WriteAllBytesAsync(keys, kept, Cancel);
        await backend.RestartAsync();
        Assert.IsType<AcceptOutcome.Accepted>(await backend.AcceptAsync(AnEvent.Death(), Hook));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"IndexKey\": \"c2hvcnQ=\"")]
    [InlineData("{ \"IndexKey\": \"c2hvcnQ=\", \"SealingKey\": \"c2hvcnQ=\", \"SigningSeed\": \"c2hvcnQ=\" }")]
    [InlineData("null")]
    public async Task Damaged_keys_are_refused_and_not_quoted(string text)
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        await backend.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(backend.DataDirectory, "keys.json"), text, Cancel);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(backend.StartAsync);

        Assert.Contains("keys.json", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2hvcnQ=", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_keys_are_readable_by_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        await using var backend = new SqliteBackend();
        await backend.StartAsync();

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(backend.DataDirectory, "keys.json")));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        await backend.StopAsync();
        SetVersion(backend, 2);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(backend.StartAsync);

        Assert.Contains("newer than this program knows", refusal.Message, StringComparison.Ordinal);
        await backend.StopAsync();
        SetVersion(backend, 1);
        await backend.StartAsync();
        Assert.IsType<AcceptOutcome.Accepted>(await backend.AcceptAsync(AnEvent.Death(), Hook));
    }

    private static void SetVersion(SqliteBackend backend, int version)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(backend.DataDirectory, Database.FileName)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA user_version = {version}";
        command.ExecuteNonQuery();
    }
}
