namespace Nems.Api.Tokens;

/// <summary>
/// The key set at one address: kept ten minutes, fetched again for an unknown key at most once a minute, by one call at a
/// time. When the address does not answer the last set stays good for a day, so that its owner's outage is not ours.
/// </summary>
internal sealed partial class RemoteKeySet(Uri address, HttpMessageInvoker http, TimeProvider clock, ILogger log)
{
    /// <summary>The largest answer read, in bytes.</summary>
    public const int LargestAnswer = 256 * 1024;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Usable = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseWithoutSet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private KeySet? set;
    private DateTimeOffset fetchedAt;
    private DateTimeOffset triedAt = DateTimeOffset.MinValue;
    private Task? fetching;

    public async ValueTask<KeyLookup> FindAsync(string? kid, string algorithm, CancellationToken cancel)
    {
        if (Known(Fresh)?.Find(kid, algorithm) is { } known) return new KeyLookup(known, IsUnavailable: false);

        // The fetch serves every caller that waits: one of them going away must not end it.
        if (Fetch() is { } fetch) await fetch.WaitAsync(cancel);
        var usable = Known(Usable);
        return new KeyLookup(usable?.Find(kid, algorithm), IsUnavailable: usable is null);
    }

    private KeySet? Known(TimeSpan age)
    {
        lock (gate) return set is not null && clock.GetUtcNow() - fetchedAt < age ? set : null;
    }

    /// <summary>The fetch under way, or a new one when it is time; null when it is not.</summary>
    private Task? Fetch()
    {
        lock (gate)
        {
            if (fetching is { IsCompleted: false }) return fetching;
            var now = clock.GetUtcNow();
            if (now - triedAt < (set is null ? PauseWithoutSet : Pause)) return null;
            triedAt = now;
            return fetching = FetchAsync();
        }
    }

    private async Task FetchAsync()
    {
        // Leave the lock before any work is done.
        await Task.Yield();
        try
        {
            using var deadline = new CancellationTokenSource(Deadline, clock);
            if (!KeySet.TryRead(await ReadAsync(deadline.Token), out var read)) throw new InvalidDataException("no key set");
            lock (gate) (set, fetchedAt) = (read, clock.GetUtcNow());
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
        {
            LogNotFetched(address.Host, fault.GetType().Name);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await http.SendAsync(request, cancel);
        if (response.StatusCode != System.Net.HttpStatusCode.OK) throw new InvalidDataException("not a 200");

        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[LargestAnswer + 1];
        var total = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return total > LargestAnswer ? throw new InvalidDataException("too large") : buffer.AsMemory(0, total);
    }

    [LoggerMessage(EventId = 5202, EventName = "keys.not-fetched", Level = LogLevel.Warning,
        Message = "The key set at {Host} could not be fetched: {Fault}")]
    private partial void LogNotFetched(string host, string fault);
}
