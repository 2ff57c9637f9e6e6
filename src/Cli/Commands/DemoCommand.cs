using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nems.Cli.Demonstration;
using Spectre.Console;

namespace Nems.Cli.Commands;

/// <summary><c>nems demo</c>: service, receiver, one event of each type, all on this machine and gone afterwards.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Command Create(TimeProvider clock)
    {
        var command = new Command("demo", "See every event type published, delivered and verified, in under a minute.") { new CallOptions().Json };
        command.SetAction((call, cancel) => RunAsync(Screen.Of(call), clock, cancel));
        return command;
    }

    private static async Task<int> RunAsync(Screen screen, TimeProvider clock, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            var (results, stopped) = await new DemoRun(clock, screen).RunAsync(either.Token);
            if (stopped is not null) return screen.Fail(stopped);

            Show(results, screen);
            return results.Count == Script.Samples.Count && results.All(result => result.IsAsPromised) ? CommandLine.Done : CommandLine.Failed;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return screen.Fail(cancel.IsCancellationRequested ? "Stopped." : string.Create(CultureInfo.InvariantCulture, $"Not done within {Limit.TotalSeconds} seconds."));
        }
    }

    private static void Show(IReadOnlyList<Result> results, Screen screen)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Event", "From", "Answer", "ms", "Arrived after ms", "Number", "Signature", "Bytes");
        foreach (var result in results)
        {
            table.AddRow(
                new Text(result.EventType), new Text(result.Publisher), new Text(result.Status.ToString(CultureInfo.InvariantCulture)),
                new Text(Milliseconds(result.Accepted)), new Text(result.Arrived is { } arrived ? Milliseconds(arrived) : "-"), new Text(result.Sequence ?? "-"),
                new Text(result.Signature?.ToString() ?? "-", new Style(result.IsAsPromised ? Color.Green : Color.Red)), new Text(result.SameBytes ? "same" : "-"));
        }

        screen.Show(table);
        var arrivedCount = results.Count(result => result.IsAsPromised);
        screen.Say(string.Create(CultureInfo.InvariantCulture, $"{arrivedCount} of {results.Count} arrived as published."));
        screen.Json(new JsonObject
        {
            ["arrived"] = arrivedCount,
            ["published"] = results.Count,
            ["events"] = new JsonArray([.. results.Select(ToJson)]),
        });
    }

    private static JsonObject ToJson(Result result) => new()
    {
        ["sample"] = result.Sample,
        ["eventType"] = result.EventType,
        ["publisher"] = result.Publisher,
        ["status"] = result.Status,
        ["eventId"] = result.EventId,
        ["acceptedMs"] = Math.Round(result.Accepted.TotalMilliseconds, 1),
        ["arrivedMs"] = result.Arrived is { } arrived ? Math.Round(arrived.TotalMilliseconds, 1) : null,
        ["signature"] = result.Signature?.ToString(),
        ["sameBytes"] = result.SameBytes,
        ["sequence"] = result.Sequence,
    };

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
