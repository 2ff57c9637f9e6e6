using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Nems.Pds;

/// <summary>
/// One request with a deadline for each call and a few quick retries for what may pass: no connection, 408, 5xx. Whatever the
/// world does is a reply; no exception carries an address on.
/// </summary>
internal sealed class PdsHttp
{
    /// <summary>The largest answer read, in bytes.</summary>
    public const int LargestAnswer = 1024 * 1024;

    public const int Retries = 2;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private readonly HttpMessageInvoker http;
    private readonly TimeProvider clock;
    private readonly ResiliencePipeline<PdsReply> retries;
    private readonly ResiliencePipeline<PdsReply> deadline;

    public PdsHttp(PdsTransport http, IOptions<PdsOptions> options, TimeProvider clock)
    {
        this.http = http;
        this.clock = clock;
        retries = new ResiliencePipelineBuilder<PdsReply> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<PdsReply>
            {
                MaxRetryAttempts = Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = FirstDelay,
                UseJitter = false,
                ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Result is { IsPassing: true }),
            })
            .Build();
        deadline = new ResiliencePipelineBuilder<PdsReply> { TimeProvider = clock }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Value.Timeout })
            .Build();
    }

    /// <param name="request">Makes the request of each try.</param>
    /// <param name="pace">When a try may go out; null is at once.</param>
    /// <param name="stopping">The end of the service. No single caller's.</param>
    public async Task<PdsReply> SendAsync(Func<HttpRequestMessage> request, CallPace? pace, CancellationToken stopping)
    {
        try
        {
            return await retries.ExecuteAsync(
                static (call, limit) => call.Http.TryAsync(call.Request, call.Pace, limit), (Http: this, Request: request, Pace: pace), stopping);
        }
        catch (OperationCanceledException)
        {
            return PdsReply.Of(PdsFault.Stopping);
        }
    }

    private async ValueTask<PdsReply> TryAsync(Func<HttpRequestMessage> make, CallPace? pace, CancellationToken stopping)
    {
        if (pace is not null && await WaitAsync(pace, stopping) is { } held) return held;
        using var request = make();
        try
        {
            return await deadline.ExecuteAsync(
                static (call, limit) => call.Http.ExchangeAsync(call.Request, limit), (Http: this, Request: request), stopping);
        }
        catch (TimeoutRejectedException)
        {
            return PdsReply.Of(PdsFault.Timeout);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return PdsReply.Of(PdsFault.Connect);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The handler's own limit on connecting.
            return PdsReply.Of(PdsFault.Timeout);
        }
    }

    private async ValueTask<PdsReply?> WaitAsync(CallPace pace, CancellationToken stopping)
    {
        if (pace.Pause is { } asked) return PdsReply.Of(PdsFault.Paused, asked);
        if (!pace.TryReserve(out var wait)) return PdsReply.Of(PdsFault.Crowded, wait);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, stopping);

        // Asked for while this one waited its turn.
        return pace.Pause is { } since ? PdsReply.Of(PdsFault.Paused, since) : null;
    }

    private async ValueTask<PdsReply> ExchangeAsync(HttpRequestMessage request, CancellationToken limit)
    {
        var sentAt = clock.GetUtcNow();
        using var response = await http.SendAsync(request, limit);
        var status = (int)response.StatusCode;
        var retryAfter = RetryAfter(response);
        var fault = status switch
        {
            429 => PdsFault.TooMany,
            503 when retryAfter is not null => PdsFault.TooMany,
            408 or >= 500 => PdsFault.Troubled,
            _ => default(PdsFault?),
        };
        if (fault is not null) return new PdsReply(status, default, fault, retryAfter, sentAt);

        var body = await ReadAsync(response, limit);
        return body is { } whole
            ? new PdsReply(status, whole, null, null, sentAt)
            : new PdsReply(status, default, PdsFault.TooLarge, null, sentAt);
    }

    /// <summary>Null for more than the limit.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage response, CancellationToken limit)
    {
        if (response.Content.Headers.ContentLength > LargestAnswer) return null;
        await using var body = await response.Content.ReadAsStreamAsync(limit);
        using var whole = new MemoryStream(16 * 1024);
        var piece = new byte[16 * 1024];
        while (true)
        {
            var read = await body.ReadAsync(piece, limit);
            if (read == 0) return whole.GetBuffer().AsMemory(0, (int)whole.Length);
            if (whole.Length + read > LargestAnswer) return null;
            whole.Write(piece, 0, read);
        }
    }

    /// <summary>Seconds or an HTTP date. What is neither, or asks for no wait, is as if absent.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Retry-After", out var values) || values.Count != 1) return null;
        var text = values.ToString().Trim();
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            var seconds = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
            return seconds == 0 ? null : seconds < CallPace.LongestPause.TotalSeconds ? TimeSpan.FromSeconds(seconds) : CallPace.LongestPause;
        }

        if (!RetryConditionHeaderValue.TryParse(text, out var parsed) || parsed.Date is not { } date) return null;
        var wait = date - clock.GetUtcNow();
        return wait <= TimeSpan.Zero ? null : wait < CallPace.LongestPause ? wait : CallPace.LongestPause;
    }
}
