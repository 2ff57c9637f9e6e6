using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nems.Cli.Bench;
using Spectre.Console;

namespace Nems.Cli.Commands;

/// <summary><c>nems bench match</c>: what matching costs with few and with many subscriptions stored.</summary>
internal static class MatchBenchCommand
{
    public static Command Create(TimeProvider clock)
    {
        var json = new CallOptions().Json;
        var sizes = new Option<string>("--sizes") { Description = "Numbers of subscriptions, with commas, growing.", HelpName = "numbers", DefaultValueFactory = _ => "1000,100000" };
        CallOptions.Require(sizes, text => SizesOf(text) is { } all && all.Zip(all.Skip(1)).All(pair => pair.First < pair.Second), "--sizes are whole numbers from 100, with commas, growing.");
        var rules = Whole("--rules", 5_000, 0, "Rule subscriptions that cover everybody, for the second measurement at each size; 0 leaves it out.");
        var events = Whole("--events", 20_000, 100, "Events in each measurement.");
        var runs = Whole("--runs", 3, 1, "Measurements of each kind; medians are shown.");
        var connections = Whole("--connections", 32, 1, "Connections of the generator.");
        var command = new Command("match", "Measure what matching costs at several numbers of subscriptions.") { sizes, rules, events, runs, connections, json };
        command.SetAction((call, cancel) => RunAsync(
            new MatchBenchPlan(SizesOf(call.GetRequiredValue(sizes)) ?? [], call.GetValue(rules), call.GetValue(events), call.GetValue(runs), call.GetValue(connections)),
            Screen.Of(call), clock, cancel));
        return command;
    }

    private static int[]? SizesOf(string text)
    {
        List<int> sizes = [];
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size < 100) return null;
            sizes.Add(size);
        }

        return [.. sizes];
    }

    private static Option<int> Whole(string name, int unlessGiven, int least, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "number", DefaultValueFactory = _ => unlessGiven };
        CallOptions.Require(option, text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least, $"{name} is a whole number from {least}.");
        return option;
    }

    private static async Task<int> RunAsync(MatchBenchPlan plan, Screen screen, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            var (results, stopped) = await new MatchBench(clock, plan, screen).RunAsync(cancel);
            if (stopped is not null) return screen.Fail(stopped);
            Show(results, screen);
            return results.All(result => result.Lost == 0) ? CommandLine.Done : CommandLine.Failed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return screen.Fail("Stopped.");
        }
        catch (IOException)
        {
            return screen.Fail("Port 18777 on 127.0.0.1 is taken, and it is the only one at which the sample registry allows webhooks. Free it and try again.");
        }
    }

    private static void Show(IReadOnlyList<MatchBenchResult> results, Screen screen)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns(
            "Subscriptions", "Covering rules", "CPU µs, no match", "CPU µs, one webhook", "Memory MB", "Start s", "Seeded a second", "Store MB", "Lost");
        foreach (var result in results)
        {
            table.AddRow(
                Text(result.Subscriptions), Text(result.Rules), Text(result.NoMatchMicroseconds), Text(result.OneMatchMicroseconds), Text(result.Memory / 1e6),
                Text(result.StartSeconds, "0.0"), Text(result.SeededPerSecond), Text(result.StoreBytes / 1e6), Text(result.Lost));
            screen.Json(new JsonObject
            {
                ["subscriptions"] = result.Subscriptions,
                ["rules"] = result.Rules,
                ["noMatchMicroseconds"] = Math.Round(result.NoMatchMicroseconds, 1),
                ["oneMatchMicroseconds"] = Math.Round(result.OneMatchMicroseconds, 1),
                ["memoryMegabytes"] = Math.Round(result.Memory / 1e6, 1),
                ["startSeconds"] = Math.Round(result.StartSeconds, 2),
                ["seededPerSecond"] = Math.Round(result.SeededPerSecond),
                ["storeMegabytes"] = Math.Round(result.StoreBytes / 1e6, 1),
                ["lost"] = result.Lost,
            });
        }

        screen.Show(table);

        static Text Text(double value, string format = "0") => new(value.ToString(format, CultureInfo.InvariantCulture));
    }
}
