using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nems.Cli.Calls;
using Nems.Core.Reference;
using Spectre.Console;

namespace Nems.Cli.Commands;

/// <summary><c>nems import</c>: sends a file of reference data to the service, and shows which editions are in force.</summary>
internal sealed class ImportCommand(TimeProvider clock)
{
    private const string SampleKey = "development-operator-key";
    private const int ShownFaults = 20;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly Option<string> key = new("--key")
    {
        Description = "The operator's key. Default: that of the sample registry.", HelpName = "key", DefaultValueFactory = _ => SampleKey,
    };

    private readonly Option<string> onBadRow = new("--on-bad-row")
    {
        Description = "Whether a bad row stops the import or is reported and left out.", HelpName = "stop|skip", DefaultValueFactory = _ => "stop",
    };

    private readonly Argument<FileInfo> file = new("file") { Description = "CSV, or a zip that holds it." };
    private readonly CallOptions common = new();

    public static Command Create(TimeProvider clock) => new Command("import", "Import practices, postcodes, the codes of sub-locations, or demographics.")
    {
        new ImportCommand(clock).BuildImport(ReferenceKind.Practices, "GP practices: the epraccur report."),
        new ImportCommand(clock).BuildImport(ReferenceKind.Postcodes, "Postcodes: the ONS Postcode Directory."),
        new ImportCommand(clock).BuildImport(ReferenceKind.SubLocations, "GSS and ODS codes of sub-locations: the names and codes file of the directory."),
        ImportDemographicsCommand.Create(),
        new ImportCommand(clock).BuildStatus(),
    };

    private Command BuildImport(ReferenceKind kind, string description)
    {
        var command = new Command(ReferenceKinds.NameOf(kind), description) { file, onBadRow, common.Url, key, common.Json };
        file.AcceptExistingOnly();
        onBadRow.AcceptOnlyFromAmong("stop", "skip");
        command.SetAction((call, cancel) => ImportAsync(kind, call, Screen.Of(call), cancel));
        return command;
    }

    private Command BuildStatus()
    {
        var command = new Command("status", "Which editions are in force, and what is being imported now.") { common.Url, key, common.Json };
        command.SetAction(async (call, cancel) =>
        {
            using var client = Client(call);
            var (answer, fault) = await client.ReferenceStatusAsync(cancel);
            return answer is null ? Screen.Of(call).Fail(fault) : Show(Screen.Of(call), answer);
        });
        return command;
    }

    private OperatorClient Client(ParseResult call) => new(call.GetRequiredValue(common.Url), call.GetRequiredValue(key));

    private async Task<int> ImportAsync(ReferenceKind kind, ParseResult call, Screen screen, CancellationToken cancel)
    {
        using var client = Client(call);
        var sent = call.GetRequiredValue(file);
        await using var content = sent.OpenRead();
        var started = clock.GetTimestamp();
        JsonObject? answer = null;
        var fault = string.Empty;
        var import = ReferenceKinds.NameOf(kind);
        await screen.ProgressAsync($"Importing {import}", sent.Length, async report =>
            (answer, fault) = await FollowAsync(client, client.ImportReferenceAsync(import, content, call.GetRequiredValue(onBadRow), cancel), report, cancel));
        if (answer is null) return screen.Fail(fault);

        screen.Json(answer);
        if (answer["edition"] is { } edition)
        {
            screen.Good(string.Create(CultureInfo.InvariantCulture,
                $"Edition {edition["number"]} of {import} is in force: {edition["rows"]} rows, {edition["notWanted"]} not wanted, {edition["bad"]} bad, in {clock.GetElapsedTime(started).TotalSeconds:F1} s."));
            ShowFaults(screen, answer["faults"] as JsonArray);
            return CommandLine.Done;
        }

        screen.Bad((string?)answer["error"] ?? "The service refused the file.");
        ShowFaults(screen, [.. new[] { answer["fault"]?.DeepClone() }.OfType<JsonNode>()]);
        ShowFaults(screen, answer["faults"] as JsonArray);
        return CommandLine.Failed;
    }

    /// <summary>Tells how far the service has read, until it has answered.</summary>
    private async Task<(JsonObject? Answer, string Fault)> FollowAsync(
        OperatorClient client, Task<(JsonObject? Answer, string Fault)> import, Action<long, string> report, CancellationToken cancel)
    {
        while (await Task.WhenAny(import, Task.Delay(BetweenLooks, clock, cancel)) != import)
        {
            if (cancel.IsCancellationRequested) break;
            var (status, _) = await client.ReferenceStatusAsync(cancel);
            if (status?["underWay"] is JsonObject underWay)
                report((long?)underWay["bytes"] ?? 0, string.Create(CultureInfo.InvariantCulture, $"{(long?)underWay["rows"]:N0} rows"));
        }

        return await import;
    }

    private static void ShowFaults(Screen screen, JsonArray? faults)
    {
        if (faults is null or { Count: 0 }) return;
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Line", "Rule", "What");
        foreach (var fault in faults.Take(ShownFaults)) table.AddRow(new Text($"{fault?["line"]}"), new Text($"{fault?["rule"]}"), new Text($"{fault?["detail"]}"));
        screen.Show(table);
        if (faults.Count > ShownFaults) screen.Say(string.Create(CultureInfo.InvariantCulture, $"And {faults.Count - ShownFaults} more; --json gives the first hundred."));
    }

    private static int Show(Screen screen, JsonObject status)
    {
        screen.Json(status);
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Kind", "Edition", "From", "Since", "Rows", "Not wanted", "Bad");
        foreach (var edition in status["inForce"] as JsonArray ?? [])
            table.AddRow([.. new[] { "kind", "number", "source", "importedAt", "rows", "notWanted", "bad" }.Select(member => new Text($"{edition?[member]}"))]);
        screen.Show(table);
        if (status["underWay"] is { } underWay) screen.Say($"Being imported now: {underWay["kind"]}, {underWay["rows"]} rows so far.");
        return CommandLine.Done;
    }
}
