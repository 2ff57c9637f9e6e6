using System.Diagnostics;
using System.Globalization;
using Mediator;
using Nems.Core.Reference;

namespace Nems.Api;

/// <summary>Reference data for operators: a file in, its edition in force; and what is in force. Part of the operators' faces.</summary>
internal static class ReferenceEndpoints
{
    public static void MapReference(this IEndpointRouteBuilder ops)
    {
        ops.MapGet("/reference", async (ISender sender, CancellationToken cancel) => Results.Json(ViewOf(await sender.Send(new ReferenceStatus(), cancel))));
        ops.MapPost("/reference/{kind}", ImportAsync);
    }

    /// <summary>Answers when the import has ended; how far it is stands in the status. The body is CSV or a zip, whatever its media type says.</summary>
    private static async Task<IResult> ImportAsync(string kind, HttpContext context, ISender sender, CancellationToken cancel)
    {
        if (!ReferenceKinds.TryParse(kind, out var parsed)) return Error(404, "There is no such kind: practices, postcodes, sublocations.");
        if (OnBadRowOf(context.Request.Query["onBadRow"]) is not { } onBadRow) return Error(400, "onBadRow is skip or stop.");
        if (context.Request.ContentLength > ReferenceLimits.Default.Upload) return Refused(TooLarge, [], 413);

        var import = new ImportReference(parsed, context.Request.Body, onBadRow, (string)context.Items[OperatorEndpoints.Operator]!); // set by the filter
        return await sender.Send(import, cancel) switch
        {
            ImportReferenceResult.Imported imported => Results.Json(new { edition = ViewOf(imported.Edition), faults = imported.Faults.Select(ViewOf) }),
            ImportReferenceResult.Refused { Fault.Rule: "file.too-large" } refused => Refused(refused.Fault, refused.Faults, 413),
            ImportReferenceResult.Refused refused => Refused(refused.Fault, refused.Faults, 422),
            ImportReferenceResult.Busy => Error(409, "Another import is under way."),
            _ => throw new UnreachableException(),
        };
    }

    private static ReferenceFault TooLarge => new(0, "file.too-large", string.Create(CultureInfo.InvariantCulture, $"The most that is taken is {ReferenceLimits.Default.Upload} bytes."));

    private static OnBadRow? OnBadRowOf(string? text) => text switch
    {
        null or "stop" => OnBadRow.Stop,
        "skip" => OnBadRow.Skip,
        _ => null,
    };

    private static IResult Error(int status, string error) => Results.Json(new { error }, statusCode: status);

    private static IResult Refused(ReferenceFault fault, IReadOnlyList<ReferenceFault> faults, int status) =>
        Results.Json(new { error = "The file was refused; the edition in force stays.", fault = ViewOf(fault), faults = faults.Select(ViewOf) }, statusCode: status);

    private static object ViewOf(ReferenceFault fault) => new { line = fault.Line, rule = fault.Rule, detail = fault.Detail };

    private static object ViewOf(ReferenceStatusResult status) => new
    {
        inForce = status.InForce.Select(ViewOf),
        underWay = status.UnderWay is { } import
            ? new { kind = ReferenceKinds.NameOf(import.Kind), startedAt = import.StartedAt, rows = import.Rows, bytes = import.Bytes }
            : null,
    };

    private static object ViewOf(ReferenceEdition edition) => new
    {
        kind = ReferenceKinds.NameOf(edition.Kind),
        number = edition.Number,
        source = edition.IsSample ? "sample" : "import",
        importedAt = edition.ImportedAt,
        rows = edition.Count.Taken,
        notWanted = edition.Count.NotWanted,
        bad = edition.Count.Bad,
    };
}
