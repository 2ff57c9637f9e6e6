using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nems.Cli.Bench;
using Spectre.Console;

namespace Nems.Cli.Commands;

/// <summary><c>nems bench</c>: how fast events go from publish to webhook on this machine, next to a bare server in the same run.</summary>
internal static class BenchCommand
{
    public static Command Create(TimeProvider clock)
    {
        var json = new CallOptions().Json;
        var events = Whole("--events", 20_000, "Events in each run.");
        var connections = Whole("--connections", 64, "Connections of the generator.");
        var patients = Whole("--patients", 200, "Patients, each with one subscription.");
        var runs = Whole("--runs", 3, "Runs; medians are shown.");
        var rate = new Option<double?>("--rate") { Description = "Events a second at their due time (open loop), instead of as fast as answers come.", HelpName = "number" };
        var command = new Command("bench", "Measure from publish to webhook, beside a bare server in the same run.") { events, connections, patients, runs, rate, json };
        command.Subcommands.Add(MatchBenchCommand.Create(clock));
        command.SetAction((call, cancel) => RunAsync(
            new BenchPlan(call.GetValue(events), call.GetValue(connections), call.GetValue(patients), call.GetValue(runs), call.GetValue(rate)),
            Screen.Of(call), clock, cancel));
        return command;
    }

    private static Option<int> Whole(string name, int unlessGiven, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "number", DefaultValueFactory = _ => unlessGiven };
        CallOptions.Require(option, text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0, $"{name} is a whole number from 1.");
        return option;
    }

    private static async Task<int> RunAsync(BenchPlan plan, Screen screen, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            var (runs, stopped) = await new BenchRun(clock, plan, screen).RunAsync(cancel);
            if (stopped is not null) return screen.Fail(stopped);
            Show(runs, screen);
            return runs.Any(run => run.Service.Lost > 0) ? CommandLine.Failed : CommandLine.Done;
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

    private static void Show(IReadOnlyList<(BenchResult Service, BenchResult Floor)> runs, Screen screen)
    {
        (string Name, string Key, double[] Values)[] rows =
        [
            ("Events a second, published to delivered", "eventsPerSecond", Of(run => run.Service.EventsPerSecond)),
            ("Service CPU, µs an event", "serviceCpuMicroseconds", Of(run => run.Service.ProcessorMicroseconds)),
            ("Bare server CPU, µs a post", "floorCpuMicroseconds", Of(run => run.Floor.ProcessorMicroseconds)),
            ("Ratio", "ratio", Of(run => run.Service.ProcessorMicroseconds / run.Floor.ProcessorMicroseconds)),
            ("p50, ms from post to receipt", "p50", Of(run => run.Service.P50)),
            ("p99, ms", "p99", Of(run => run.Service.P99)),
            ("p99.9, ms", "p999", Of(run => run.Service.P999)),
            ("Lost", "lost", Of(run => run.Service.Lost)),
            ("Repeated", "repeated", Of(run => run.Service.Repeated)),
            ("Refused (503)", "refused", Of(run => run.Service.Refused)),
            ("Peak memory, MB", "peakMegabytes", Of(run => run.Service.PeakMemory / 1e6)),
        ];
        var table = new Table().Border(TableBorder.Rounded).AddColumns("", "Least", "Median", "Most");
        var json = new JsonObject();
        foreach (var (name, key, values) in rows)
        {
            table.AddRow(new Text(name), Number(values[0]), Number(values[values.Length / 2]), Number(values[^1]));
            json[key] = Math.Round(values[values.Length / 2], 3);
        }

        screen.Show(table);
        screen.Json(json);

        double[] Of(Func<(BenchResult Service, BenchResult Floor), double> value) => [.. runs.Select(value).Order()];
        static Text Number(double value) => new(value.ToString("0.##", CultureInfo.InvariantCulture));
    }
}
