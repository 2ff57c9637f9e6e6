using System.Diagnostics;
using Mediator;
using Nems.Core.Demographics;
using Nems.Core.Ports;

namespace Nems.Api;

/// <summary>The table of demographics, for operators: what is in force, and its replacement by a CSV in the body.</summary>
internal static class DemographicsEndpoints
{
    public static void MapDemographics(this RouteGroupBuilder ops)
    {
        ops.MapGet("/demographics", (IDemographics source, IDemographicsTable table) =>
            source is TableDemographics ? Results.Json(new { edition = ViewOf(table.ReadEdition()) }) : NotInUse());
        ops.MapPost("/demographics", ImportAsync);
    }

    private static async Task<IResult> ImportAsync(HttpContext context, ISender sender, CancellationToken cancel)
    {
        var command = new ImportDemographics(context.Request.BodyReader, (string)context.Items[OperatorEndpoints.Operator]!); // set by the filter
        return await sender.Send(command, cancel) switch
        {
            ImportDemographicsResult.Imported imported => Results.Json(ViewOf(imported.Edition)),
            ImportDemographicsResult.Refused refused => Results.Json(
                new
                {
                    error = "Nothing was imported: every line must be good.",
                    badLineCount = refused.Count,
                    badLines = refused.BadLines.Select(bad => new { line = bad.Line, problem = bad.Problem }),
                },
                statusCode: StatusCodes.Status422UnprocessableEntity),
            ImportDemographicsResult.Busy => Conflict("Another import is under way."),
            ImportDemographicsResult.NotInUse => NotInUse(),
            _ => throw new UnreachableException(),
        };
    }

    private static object? ViewOf(DemographicsEdition? edition) =>
        edition is null ? null : new { patients = edition.Patients, importedAt = edition.ImportedAt };

    private static IResult NotInUse() => Conflict("This service does not take demographics from a table: Nems:Demographics:Source is not Table.");

    private static IResult Conflict(string why) => Results.Json(new { error = why }, statusCode: StatusCodes.Status409Conflict);
}
