using System.Diagnostics;
using System.Globalization;
using Mediator;
using Microsoft.Extensions.Primitives;
using Nems.Core.Events;
using Nems.Core.Problems;
using Nems.Core.Publish;

namespace Nems.Api;

/// <summary>The two publishing faces: STU3 as published, R4 as an extension. Bytes to command, result to status and body.</summary>
internal static class PublishEndpoint
{
    public static void MapPublish(this IEndpointRouteBuilder app)
    {
        var callers = app.ServiceProvider.GetRequiredService<Callers>();
        var sender = app.ServiceProvider.GetRequiredService<ISender>();
        app.MapPost("/STU3/Events/1/$process-message", (RequestDelegate)(context => PublishAsync(context, FhirRelease.Stu3, CallKind.Publish, callers, sender)));
        app.MapPost("/R4/$process-message", (RequestDelegate)(context => PublishAsync(context, FhirRelease.R4, CallKind.PublishR4, callers, sender)));
    }

    /// <summary>A key that is given twice is as faulty as an empty one: joined, the two would make a third.</summary>
    private static string OneOf(StringValues values) => values.Count == 1 ? values[0] ?? "" : "";

    private static async Task PublishAsync(HttpContext context, FhirRelease release, CallKind call, Callers callers, ISender sender)
    {
        var cancel = context.RequestAborted;
        var check = await callers.IdentifyAsync(context, call, cancel);
        var media = FhirHttp.Negotiate(context.Request, release, jsonAllowed: release == FhirRelease.R4);
        if (check.Caller is not { } caller || media.Body is not { } form || media.Problems.Count > 0)
        {
            await FhirHttp.WriteProblemsAsync(context, release, media.Answer, [.. check.Problems, .. media.Problems], cancel);
            return;
        }

        var (body, problem) = await FhirHttp.ReadBodyAsync(context.Request, cancel);
        if (problem is not null)
        {
            await FhirHttp.WriteProblemsAsync(context, release, media.Answer, [problem], cancel);
            return;
        }

        var key = context.Request.Headers.TryGetValue("Idempotency-Key", out var given) ? OneOf(given) : null;
        switch (await sender.Send(new PublishEvent(caller, check.InteractionId, form, body, key), cancel))
        {
            case PublishResult.Accepted accepted:
                context.Response.Headers["Nems-Event-Id"] = accepted.Id.ToString();
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                if (accepted.Warnings.Count > 0) await FhirHttp.WriteProblemsAsync(context, release, media.Answer, accepted.Warnings, cancel);
                break;
            case PublishResult.Refused refused:
                await FhirHttp.WriteProblemsAsync(context, release, media.Answer, refused.Problems, cancel);
                break;
            case PublishResult.Busy busy:
                context.Response.Headers.RetryAfter = ((int)Math.Ceiling(busy.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                var later = new Problem(SpineCode.TryAgainLater, "Too much is waiting, or the store cannot write. Nothing was kept: post again after the time in Retry-After.");
                await FhirHttp.WriteProblemsAsync(context, release, media.Answer, [later], cancel);
                break;
            default:
                throw new UnreachableException();
        }
    }
}
