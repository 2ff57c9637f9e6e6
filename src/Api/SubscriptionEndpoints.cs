using System.Diagnostics;
using System.Globalization;
using Mediator;
using Microsoft.AspNetCore.Http.Extensions;
using Nems.Core.Events;
using Nems.Core.Problems;
using Nems.Core.Registry;
using Nems.Core.Subscribe;

namespace Nems.Api;

/// <summary>The Subscription API of NEMS on STU3: create, read and delete; the rest is answered as not implemented.</summary>
internal static class SubscriptionEndpoints
{
    private const string Path = "/STU3/Subscription";
    private const FhirRelease Release = FhirRelease.Stu3;

    private static readonly Problem NoneOfThisId = new(SpineCode.NoRecordFound, "There is no such subscription.");
    private static readonly Problem NotOffered = new(SpineCode.NotImplemented, "A subscription can be created, read by its id and deleted; to change one, delete it and create another.");

    internal static IEndpointRouteBuilder MapSubscriptions(this IEndpointRouteBuilder app)
    {
        app.MapPost(Path, CreateAsync);
        app.MapGet(Path + "/{id}", ReadAsync);
        app.MapDelete(Path + "/{id}", DeleteAsync);
        app.MapMethods(Path, ["GET", "PUT", "PATCH", "DELETE"], RefuseAsync);
        app.MapMethods(Path + "/{id}", ["POST", "PUT", "PATCH"], RefuseAsync);
        return app;
    }

    private static async Task CreateAsync(HttpContext context, Callers callers, ISender sender, CancellationToken cancel)
    {
        var (form, answer, faults) = FhirHttp.Negotiate(context.Request, Release, jsonAllowed: true);
        if (await CallerOfAsync(context, callers, CallKind.CreateSubscription, answer, faults, cancel) is not { } caller) return;

        var (body, tooLarge) = await FhirHttp.ReadBodyAsync(context.Request, cancel);
        if (tooLarge is not null)
        {
            await FhirHttp.WriteProblemsAsync(context, Release, answer, [tooLarge], cancel);
            return;
        }

        // A request without faults has a form.
        switch (await sender.Send(new CreateSubscription(caller, body, form!.Value), cancel))
        {
            case CreateSubscriptionResult.Created created: await CreatedAsync(context, answer, created, cancel); break;
            case CreateSubscriptionResult.Refused refused: await FhirHttp.WriteProblemsAsync(context, Release, answer, refused.Problems, cancel); break;
            default: throw new UnreachableException();
        }
    }

    private static async Task ReadAsync(HttpContext context, string id, Callers callers, ISender sender, CancellationToken cancel)
    {
        List<Problem> faults = [];
        var answer = FhirHttp.NegotiateAnswer(context.Request, Release, faults);
        if (await CallerOfAsync(context, callers, CallKind.ReadSubscription, answer, faults, cancel) is not { } caller) return;

        switch (await sender.Send(new ReadSubscription(caller, id, answer), cancel))
        {
            case ReadSubscriptionResult.Found found:
                Version(context.Response, found.VersionId, found.LastModified);
                await FhirHttp.WriteAsync(context, StatusCodes.Status200OK, Release, answer, found.Resource, cancel);
                break;
            case ReadSubscriptionResult.NotFound: await FhirHttp.WriteProblemsAsync(context, Release, answer, [NoneOfThisId], cancel); break;
            default: throw new UnreachableException();
        }
    }

    private static async Task DeleteAsync(HttpContext context, string id, Callers callers, ISender sender, CancellationToken cancel)
    {
        List<Problem> faults = [];
        var answer = FhirHttp.NegotiateAnswer(context.Request, Release, faults);
        if (await CallerOfAsync(context, callers, CallKind.DeleteSubscription, answer, faults, cancel) is not { } caller) return;

        switch (await sender.Send(new DeleteSubscription(caller, id), cancel))
        {
            case DeleteSubscriptionResult.Deleted: context.Response.StatusCode = StatusCodes.Status200OK; break;
            case DeleteSubscriptionResult.NotFound: await FhirHttp.WriteProblemsAsync(context, Release, answer, [NoneOfThisId], cancel); break;
            default: throw new UnreachableException();
        }
    }

    private static Task RefuseAsync(HttpContext context, CancellationToken cancel) =>
        FhirHttp.WriteProblemsAsync(context, Release, FhirHttp.NegotiateAnswer(context.Request, Release, []), [NotOffered], cancel);

    /// <summary>The proven caller of a request without faults; otherwise null, and all faults are answered.</summary>
    private static async Task<Caller?> CallerOfAsync(
        HttpContext context, Callers callers, CallKind call, FhirFormat answer, IReadOnlyList<Problem> faults, CancellationToken cancel)
    {
        var check = await callers.IdentifyAsync(context, call, cancel);
        if (check.Caller is { } caller && check.Problems.Count == 0 && faults.Count == 0) return caller;
        await FhirHttp.WriteProblemsAsync(context, Release, answer, [.. check.Problems, .. faults], cancel);
        return null;
    }

    internal static Task CreatedAsync(HttpContext context, FhirFormat answer, CreateSubscriptionResult.Created created, CancellationToken cancel)
    {
        var request = context.Request;
        var response = context.Response;
        response.Headers.Location = UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, $"{Path}/{created.Id}");
        Version(response, created.VersionId, created.LastModified);
        response.Headers["Nems-Destination-Id"] = created.Destination.ToString();
        if (created.Secret is not null)
        {
            response.Headers["Webhook-Secret"] = created.Secret;
            response.Headers.CacheControl = "no-store";
        }

        if (created.Warnings.Count > 0)
            return FhirHttp.WriteOutcomeAsync(context, StatusCodes.Status201Created, Release, answer, created.Warnings, cancel);
        response.StatusCode = StatusCodes.Status201Created;
        return Task.CompletedTask;
    }

    private static void Version(HttpResponse response, string versionId, DateTimeOffset lastModified)
    {
        response.Headers.ETag = $"W/\"{versionId}\"";
        response.Headers.LastModified = lastModified.ToString("R", CultureInfo.InvariantCulture);
    }
}
