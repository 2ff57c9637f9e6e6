using System.Text.Json;
using Mediator;
using Nems.Core.Subscribe;

namespace Nems.Api;

/// <summary>What a caller of the seed asks for.</summary>
internal sealed record SeedRequest(int Subscriptions, int Rules = 0, string Organisation = "T8T9T", string Endpoint = "http://127.0.0.1:18777/", string RuleType = "GP_GP_GP", string Code = "B86056");

/// <summary>Fills the store with subscriptions for trials of scale. Mapped in Development alone.</summary>
internal static class SeedEndpoint
{
    public static void MapSeed(this IEndpointRouteBuilder ops) => ops.MapPost("/seed", SeedAsync);

    /// <summary>Answers one JSON object a line as it goes; the last says that it is done, or what was wrong.</summary>
    private static async Task SeedAsync(HttpContext context, SeedRequest request, ISender sender, CancellationToken cancel)
    {
        var command = new SeedSubscriptions(request.Subscriptions, request.Rules, request.Organisation, request.Endpoint, request.RuleType, request.Code);
        context.Response.ContentType = "application/x-ndjson";
        await foreach (var progress in sender.CreateStream(command, cancel))
        {
            if (progress is SeedProgress.Refused && !context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteLineAsync(context.Response, progress, cancel);
        }
    }

    private static async Task WriteLineAsync(HttpResponse response, SeedProgress progress, CancellationToken cancel)
    {
        object line = progress switch
        {
            SeedProgress.Stored stored => new { stored = stored.Count, of = stored.Of },
            SeedProgress.Done done => new { done = true, @explicit = done.Explicit, generic = done.Generic, rules = done.Rules },
            SeedProgress.Refused refused => new { error = string.Join(' ', refused.Problems.Select(problem => problem.Diagnostics)) },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        await JsonSerializer.SerializeAsync(response.Body, line, JsonSerializerOptions.Web, cancel);
        await response.WriteAsync("\n", cancel);
        await response.Body.FlushAsync(cancel);
    }
}
