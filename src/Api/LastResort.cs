using Nems.Core.Events;
using Nems.Core.Problems;

namespace Nems.Api;

/// <summary>
/// The one place where an exception meets HTTP: a fault of the caller's connection becomes its status, anything else a 500
/// whose cause is logged by type alone. Also answers what no route took.
/// </summary>
internal sealed partial class LastResort(RequestDelegate next, ILogger<LastResort> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.ContentLength is null && IsUnanswered(context))
                await AnswerAsync(context, new Problem(context.Response.StatusCode == 405 ? SpineCode.NotImplemented : SpineCode.NoRecordFound, "There is nothing at this address and method."));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone: nobody is there to answer.
        }
        catch (BadHttpRequestException fault)
        {
            LogBadRequest(fault.StatusCode);
            var code = fault.StatusCode switch
            {
                413 => SpineCode.TooLarge,
                _ => SpineCode.BadRequest,
            };
            if (!context.Response.HasStarted) await AnswerAsync(context, new Problem(code, "The request was not sent in full, too slowly or not well formed."));
        }
        catch (Nems.Core.Ports.StoreUnavailableException)
        {
            LogUnavailable();
            context.Response.Headers.RetryAfter = "5";
            if (!context.Response.HasStarted) await AnswerAsync(context, new Problem(SpineCode.TryAgainLater, "The service cannot store anything now. Try again later."));
        }
        catch (Exception fault)
        {
            LogFault(fault.GetType().FullName, fault.StackTrace);
            if (!context.Response.HasStarted) await AnswerAsync(context, new Problem(SpineCode.InternalServerError, "A fault in the service."));
        }
    }

    // Routing makes up an endpoint of its own for a known address with another method, and answers a bare 405.
    private static bool IsUnanswered(HttpContext context) =>
        context.Response.StatusCode == 405 || (context.Response.StatusCode == 404 && context.GetEndpoint() is null);

    private static Task AnswerAsync(HttpContext context, Problem problem)
    {
        var release = context.Request.Path.StartsWithSegments("/R4", StringComparison.OrdinalIgnoreCase) ? FhirRelease.R4 : FhirRelease.Stu3;
        var format = release == FhirRelease.R4 ? FhirFormat.Json : FhirFormat.Xml;
        return FhirHttp.WriteProblemsAsync(context, release, format, [problem], context.RequestAborted);
    }

    [LoggerMessage(EventId = 5101, EventName = "http.fault", Level = LogLevel.Error, Message = "A request met a fault in the service: {Fault} at {Stack}")]
    private partial void LogFault(string? fault, string? stack);

    [LoggerMessage(EventId = 5102, EventName = "http.bad-request", Level = LogLevel.Debug, Message = "A request was cut off with status {Status}")]
    private partial void LogBadRequest(int status);

    [LoggerMessage(EventId = 5103, EventName = "http.unavailable", Level = LogLevel.Warning, Message = "A request was answered 503: the store is not available")]
    private partial void LogUnavailable();
}
