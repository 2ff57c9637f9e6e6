using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nems.Core.Demographics;
using Nems.Core.Events;

namespace Nems.Pds;

/// <summary>
/// Asks PDS for one patient: FHIR R4 <c>GET Patient/{NHS number}</c>. Fails closed: what is not understood is no answer, and
/// then matching waits.
/// </summary>
internal sealed partial class PdsClient(
    PdsHttp http, PdsTokens tokens, PdsMetrics metrics, IOptions<PdsOptions> options, TimeProvider clock, ILogger<PdsClient> log)
{
    // After a 429 that names no time.
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(1);

    private readonly string patients = options.Value.BaseUrl.TrimEnd('/') + "/Patient/";
    private readonly CallPace pace = new(options.Value.CallsPerSecond, options.Value.Timeout, clock);
    private int isFailing;

    /// <summary>The answer, and since when it holds at the latest. Throws for nothing that the world does.</summary>
    public async Task<(DemographicsAnswer Answer, DateTimeOffset AsOf)> AskAsync(NhsNumber number, CancellationToken stopping)
    {
        var correlation = Guid.NewGuid();
        if (pace.Pause is { } asked) return Fault(PdsReply.Of(PdsFault.Paused, asked), correlation);
        if (await tokens.GetAsync(stopping) is not { } token) return Fault(PdsReply.Of(PdsFault.NoToken), correlation);

        var reply = await http.SendAsync(() => Request(number, token, correlation), pace, stopping);
        if (reply.Fault is PdsFault.TooMany) pace.PauseFor(reply.RetryAfter ?? ShortPause);
        if (reply.Fault is not null) return Fault(reply, correlation);
        if (reply.Status == 401) tokens.Forget(token);

        var answer = reply.Status switch
        {
            200 => PatientReader.ReadPatient(reply.Body, number, reply.SentAt) is { } record ? new DemographicsAnswer.Found(record) : null,
            404 => PatientReader.ReadNotFound(reply.Body, reply.SentAt),
            _ => null,
        };
        if (answer is null) return Fault(reply with { Fault = reply.Status is 200 or 404 ? PdsFault.Malformed : PdsFault.Refused }, correlation);

        if (Interlocked.Exchange(ref isFailing, 0) == 1) LogAnswering();
        return (answer, reply.SentAt);
    }

    private HttpRequestMessage Request(NhsNumber number, string token, Guid correlation)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(patients + number.Value));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.ParseAdd("application/fhir+json");
        request.Headers.TryAddWithoutValidation("X-Request-ID", Guid.NewGuid().ToString());
        request.Headers.TryAddWithoutValidation("X-Correlation-ID", correlation.ToString());
        return request;
    }

    private (DemographicsAnswer Answer, DateTimeOffset AsOf) Fault(PdsReply reply, Guid correlation)
    {
        var fault = reply.Fault!.Value; // every caller has one
        metrics.Failed(fault);
        if (fault is not (PdsFault.Stopping or PdsFault.Crowded or PdsFault.Paused) && Interlocked.Exchange(ref isFailing, 1) == 0)
            LogNotAnswering(fault, reply.Status, correlation);
        return (new DemographicsAnswer.Unavailable(reply.RetryAfter), clock.GetUtcNow());
    }

    [LoggerMessage(EventId = 2102, EventName = "pds.unavailable", Level = LogLevel.Warning,
        Message = "PDS does not answer: {Fault}, status {Status}, correlation {Correlation}. Events wait to be matched")]
    private partial void LogNotAnswering(PdsFault fault, int status, Guid correlation);

    [LoggerMessage(EventId = 2103, EventName = "pds.available", Level = LogLevel.Information, Message = "PDS answers again")]
    private partial void LogAnswering();
}
