using System.Security.Cryptography;
using System.Text;
using Nems.Core.Deliver;
using Nems.Core.Publish;
using Nems.Testing;

namespace Nems.Contract.Tests.Embedded;

/// <summary>What stands in the files: everything that was answered, and no secret that could be read.</summary>
public sealed class FilesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_endpoints_and_header_lines_are_sealed_at_rest()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        byte[] first = RandomNumberGenerator.GetBytes(32), second = RandomNumberGenerator.GetBytes(32);
        var destination = ADestination.Webhook("a-telling-path", "T8T9T", "Authorization: Bearer a-telling-token");
        await backend.Secrets.CreateIfAbsentAsync("T8T9T", destination.Endpoint, first, Cancel);
        await backend.Secrets.RotateAsync("T8T9T", destination.Endpoint, second, backend.Clock.GetUtcNow().AddHours(24), Cancel);
        await backend.Subscriptions.CreateAsync((ASubscription.To(AnEvent.SomePatient()) with { Destination = destination }).Stored(), ASubscription.SomeDuplicateKey(), Cancel);
        await backend.UsedTokens.TryUseAsync("200000000161", "a-telling-jti", backend.Clock.GetUtcNow().AddMinutes(5), Cancel);
        var accepted = AnEvent.Death();
        await backend.AcceptAsync(accepted, destination);

        var whileOpen = Contents(backend.DataDirectory);
        await backend.StopAsync();
        var closed = Contents(backend.DataDirectory);

        foreach (var files in new[] { whileOpen, closed })
        {
            // The body is there to be found, so that a search that finds nothing means something.
            Assert.Contains(files, file => Holds(file, accepted.Body.Span));
            foreach (var secret in new[] { first, second })
            {
                Assert.DoesNotContain(files, file => Holds(file, secret));
                Assert.DoesNotContain(files, file => Holds(file, Encoding.UTF8.GetBytes(Convert.ToBase64String(secret)[..40])));
            }

            foreach (var text in new[] { destination.Endpoint, "a-telling-path", "a-telling-token", "a-telling-jti", "hooks.example.nhs.uk" })
            {
                Assert.DoesNotContain(files, file => Holds(file, Encoding.UTF8.GetBytes(text)));
                Assert.DoesNotContain(files, file => Holds(file, Encoding.Unicode.GetBytes(text)));
            }
        }
    }

    [Fact]
    public async Task What_was_answered_is_in_the_files_at_that_moment_without_an_orderly_end()
    {
        await using var running = new SqliteBackend();
        await running.StartAsync();
        var destination = ADestination.Webhook();
        var accepted = AnEvent.Death();
        var subscription = ASubscription.To(AnEvent.SomePatient()) with { Destination = destination };
        var secret = RandomNumberGenerator.GetBytes(32);
        using var copy = new TemporaryDirectory();

        var place = (await running.AcceptAsync(accepted, destination)).Place();
        await running.Deliveries.RecordAsync(AnAttempt.Failed(new DeliveryId(accepted.Id, destination.Id), place), Cancel);
        await running.Subscriptions.CreateAsync(subscription.Stored(), ASubscription.SomeDuplicateKey(), Cancel);
        await running.Secrets.CreateIfAbsentAsync("T8T9T", destination.Endpoint, secret, Cancel);
        await running.UsedTokens.TryUseAsync("200000000161", "jti-1", running.Clock.GetUtcNow().AddMinutes(5), Cancel);
        foreach (var name in new[] { "nems.db", "nems.db-wal", "keys.json" })
            await File.WriteAllBytesAsync(copy.File(name), Content(Path.Combine(running.DataDirectory, name)), Cancel);

        await using var found = new SqliteBackend(copy.Path);
        await found.StartAsync();
        var open = Assert.Single(await found.Deliveries.OpenAsync(destination.Id, default, 10, Cancel));
        Assert.Equal((accepted.Id, place, 1L, 1), (open.Id.Event, open.Place, open.Number, open.Attempts));
        Assert.Equal(accepted.Body.ToArray(), (await found.Events.ReadBodyAsync(place, Cancel)).ToArray());
        Assert.NotNull(await found.Subscriptions.ReadAsync(subscription.Id, Cancel));
        Assert.Equal(secret, (await found.Secrets.ReadAsync("T8T9T", destination.Endpoint, Cancel))!.Current.ToArray());
        Assert.False(await found.UsedTokens.TryUseAsync("200000000161", "jti-1", running.Clock.GetUtcNow().AddMinutes(5), Cancel));
        Assert.IsType<AcceptOutcome.Accepted>(await found.AcceptAsync(AnEvent.Death(), destination));
    }

    private static byte[][] Contents(string directory) =>
        [.. Directory.GetFiles(directory).Where(file => Path.GetFileName(file) is not ("keys.json" or "lock")).Select(Content)];

    private static byte[] Content(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray();
    }

    private static bool Holds(byte[] file, ReadOnlySpan<byte> what) => file.AsSpan().IndexOf(what) >= 0;
}
