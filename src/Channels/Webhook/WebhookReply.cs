using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Nems.Core.Deliver;

namespace Nems.Channels.Webhook;

/// <summary>Reads a peer's reply. Of all it wrote only the status and the time to wait are taken.</summary>
internal static class WebhookReply
{
    /// <summary>So much of the reply's body is read, and thrown away, to keep the connection; more closes it.</summary>
    public const int MostBytes = 64 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    public static Answer AnswerOf(HttpResponseMessage response, TimeProvider clock)
    {
        var status = (int)response.StatusCode;
        if (status == 200) return Answer.Ok;

        var outcome = OutcomeOf(status);
        return new Answer(outcome, status, outcome == AttemptOutcome.Delivered ? null : RetryAfter(response, clock));
    }

    /// <summary>Reads the body to its end or to the limit. The status has decided already, so whatever goes wrong here changes nothing.</summary>
    public static async Task SkipBodyAsync(HttpResponseMessage response, CancellationToken deadline)
    {
        // After 101 the connection itself is the body, and would be read until the deadline.
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols) return;

        var buffer = ArrayPool<byte>.Shared.Rent(8 * 1024);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(deadline);
            for (var total = 0; total <= MostBytes;)
            {
                var read = await body.ReadAsync(buffer, deadline);
                if (read == 0) return;
                total += read;
            }
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or OperationCanceledException)
        {
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static AttemptOutcome OutcomeOf(int status) => status switch
    {
        >= 200 and <= 299 => AttemptOutcome.Delivered,
        410 => AttemptOutcome.Gone,
        400 or 413 or 415 or 422 => AttemptOutcome.MessageRefused,
        401 or 403 or 404 or 405 => AttemptOutcome.AccessRefused,
        _ => AttemptOutcome.NotNow,
    };

    /// <summary>Seconds or an HTTP date, at most a day. What is neither, or asks for no wait, is as if absent.</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        if (!response.Headers.NonValidated.TryGetValues("Retry-After", out var values) || values.Count != 1) return null;

        var text = values.ToString().Trim();
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            var known = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
            return Limited(known && seconds < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestWait);
        }

        return RetryConditionHeaderValue.TryParse(text, out var parsed) && parsed.Date is { } date ? Limited(date - clock.GetUtcNow()) : null;
    }

    private static TimeSpan? Limited(TimeSpan wait) => wait <= TimeSpan.Zero ? null : wait < LongestWait ? wait : LongestWait;
}
