using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Nems.Pds;

/// <summary>
/// The access token: kept until shortly before it ends and shared by all calls; one fetch at a time, whoever waits. After a
/// failed one there is a short rest.
/// </summary>
internal sealed partial class PdsTokens(PdsHttp http, ClientAssertion assertion, IOptions<PdsOptions> options, TimeProvider clock, ILogger<PdsTokens> log)
{
    public static readonly TimeSpan RestAfterFault = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(30);
    private readonly Uri address = new(options.Value.TokenUrl);
    private readonly Lock gate = new();
    private Token? held;
    private long? failedAt;
    private Task<string?>? fetching;

    private sealed record Token(string Value, long FetchedAt, TimeSpan UsableFor)
    {
        public override string ToString() => "(access token)";
    }

    /// <summary>A token to send now; null when there is none to be had.</summary>
    public Task<string?> GetAsync(CancellationToken stopping)
    {
        lock (gate)
        {
            if (held is { } token && clock.GetElapsedTime(token.FetchedAt) < token.UsableFor) return Task.FromResult<string?>(token.Value);
            if (fetching is { IsCompleted: false }) return fetching;
            if (failedAt is { } fault && clock.GetElapsedTime(fault) < RestAfterFault) return Task.FromResult<string?>(null);
            return fetching = FetchAsync(stopping);
        }
    }

    /// <summary>The API did not take this token: it is not offered again.</summary>
    public void Forget(string refused)
    {
        lock (gate)
        {
            if (held?.Value == refused) held = null;
        }
    }

    private async Task<string?> FetchAsync(CancellationToken stopping)
    {
        // Leave the lock before any work is done.
        await Task.Yield();
        var askedAt = clock.GetTimestamp();
        var reply = await http.SendAsync(Request, pace: null, stopping);
        var token = reply is { Fault: null, Status: 200 } ? Read(reply.Body, askedAt) : null;
        if (token is null && reply.Fault != PdsFault.Stopping) LogNoToken(reply.Status, reply.Fault ?? (reply.Status == 200 ? PdsFault.Malformed : PdsFault.Refused));
        lock (gate)
        {
            held = token;
            failedAt = token is null ? clock.GetTimestamp() : null;
        }

        return token?.Value;
    }

    private HttpRequestMessage Request() => new(HttpMethod.Post, address)
    {
        Content = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"),
            new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            new("client_assertion", assertion.Create()),
        ]),
    };

    private static Token? Read(ReadOnlyMemory<byte> body, long askedAt)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("access_token", out var token) || token.ValueKind != JsonValueKind.String
                || !document.RootElement.TryGetProperty("expires_in", out var expires) || SecondsOf(expires) is not { } seconds) return null;
            var value = token.GetString()!; // a string by the check above
            if (value.Length is 0 or > 8192 || value.AsSpan().ContainsAnyExceptInRange('!', '~')) return null;

            var life = TimeSpan.FromSeconds(seconds);
            var margin = life / 10 < LongestMargin ? life / 10 : LongestMargin;
            return new Token(value, askedAt, life - margin);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The server of NHS England writes the number as text.
    private static int? SecondsOf(JsonElement expires) => expires.ValueKind switch
    {
        JsonValueKind.Number when expires.TryGetInt32(out var number) && number > 0 => number,
        JsonValueKind.String when int.TryParse(expires.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 => number,
        _ => null,
    };

    [LoggerMessage(EventId = 2101, EventName = "pds.no-token", Level = LogLevel.Error,
        Message = "PDS: no access token, status {Status} ({Fault}). Look at ApiKey, KeyId and the private key: events wait to be matched")]
    private partial void LogNoToken(int status, PdsFault fault);
}
