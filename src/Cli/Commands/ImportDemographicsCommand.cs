using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nems.Cli.Calls;
using Spectre.Console;

namespace Nems.Cli.Commands;

/// <summary><c>nems import demographics</c>: replaces the table of demographics by a CSV file.</summary>
internal static class ImportDemographicsCommand
{
    public static Command Create()
    {
        var common = new CallOptions();
        var file = new Argument<FileInfo>("file") { Description = "CSV with the header nhs_number,home_postcode,gp_code,flags,superseded_by." };
        var key = new Option<string>("--key") { Description = "The operator's key.", HelpName = "key", Required = true };
        file.AcceptExistingOnly();
        var command = new Command("demographics", "Replace the table of demographics. One bad line, and the old table stays.") { file, key, common.Url, common.Json };
        command.SetAction(async (call, cancel) =>
        {
            using var upload = new DemographicsUpload(call.GetRequiredValue(common.Url));
            var answer = await upload.SendAsync(call.GetRequiredValue(file), call.GetRequiredValue(key), cancel);
            return Report(answer, Screen.Of(call));
        });
        return command;
    }

    private static int Report(UploadAnswer answer, Screen screen)
    {
        if (answer.Body is null) return screen.Fail(answer.Fault);
        screen.Json(answer.Body);
        if (answer.Fault.Length == 0)
        {
            screen.Good(string.Create(CultureInfo.InvariantCulture, $"{answer.Body["patients"]} patients imported."));
            return CommandLine.Done;
        }

        screen.Bad(answer.Fault);
        if (answer.Body["badLines"] is JsonArray { Count: > 0 } lines) screen.Show(TableOf(lines));
        return CommandLine.Failed;
    }

    private static Table TableOf(JsonArray lines)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Line", "Problem");
        foreach (var line in lines) table.AddRow(new Text($"{line?["line"]}"), new Text($"{line?["problem"]}"));
        return table;
    }
}
