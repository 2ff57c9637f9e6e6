using Mediator;
using Nems.Core.Deliver;
using Nems.Core.Lanes;
using Nems.Core.Subscribe;

namespace Nems.Api;

/// <summary>The faces of operators: JSON, by operator key.</summary>
internal static class OperatorEndpoints
{
    /// <summary>Where the name of the calling operator stands among the items of the request.</summary>
    public const string Operator = "operator";

    private const string Role = "operator";

    public static void MapOperations(this IEndpointRouteBuilder app)
    {
        var ops = app.MapGroup("/ops").AddEndpointFilter(async (call, next) =>
            call.HttpContext.RequestServices.GetRequiredService<Operators>().Identify(call.HttpContext, Role) is { } known
                ? await next(Named(call, known.Name))
                : Results.Json(new { error = "An operator key is needed: Authorization: Bearer {key}." }, statusCode: StatusCodes.Status401Unauthorized));
        ops.MapGet("/destinations", (LaneBoard lanes) => Results.Json(lanes.Look().Select(ViewOf)));
        ops.MapPost("/endpoints/{id}/rotate-secret", RotateAsync);
        ops.MapPost("/subscriptions/{id}/activate", ActivateAsync);
        if (app.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment()) ops.MapSeed();
        ops.MapReference();
        ops.MapDemographics();
    }

    private static async Task<IResult> RotateAsync(string id, HttpContext context, ISender sender, CancellationToken cancel)
    {
        if (!DestinationId.TryParse(id, out var destination)) return NotFound();
        return await sender.Send(new RotateSecret(destination, (string)context.Items[Operator]!), cancel) switch // set by the filter
        {
            RotateSecretResult.Rotated rotated => Results.Json(new { secret = rotated.Secret }),
            RotateSecretResult.NotFound => NotFound(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<IResult> ActivateAsync(string id, HttpContext context, ISender sender, CancellationToken cancel) =>
        await sender.Send(new ActivateSubscription(id, (string)context.Items[Operator]!), cancel) switch // set by the filter
        {
            ActivateSubscriptionResult.Active active => Results.Json(new { subscription = active.Id.ToString(), status = "active" }),
            ActivateSubscriptionResult.Ended => Results.Json(new { error = "The subscription has ended." }, statusCode: StatusCodes.Status409Conflict),
            ActivateSubscriptionResult.NotFound => Results.Json(new { error = "There is no such subscription." }, statusCode: StatusCodes.Status404NotFound),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static EndpointFilterInvocationContext Named(EndpointFilterInvocationContext call, string name)
    {
        call.HttpContext.Items[Operator] = name;
        return call;
    }

    private static IResult NotFound() => Results.Json(new { error = "There is no such webhook destination." }, statusCode: StatusCodes.Status404NotFound);

    private static object ViewOf(LaneLook lane) => new
    {
        destination = lane.Destination.ToString(),
        state = lane.Health switch
        {
            { IsOff: true } => "off",
            { OpenSince: not null } => "open",
            { FailingSince: not null } => "degraded",
            _ => "healthy",
        },
        waiting = lane.Waiting,
        aside = lane.Asides,
        inFlight = lane.InFlight,
        failingSince = lane.Health.FailingSince,
        nextProbeAt = lane.Health.NextProbeAt,
    };
}
