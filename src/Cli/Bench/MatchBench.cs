using System.Diagnostics;
using System.Text.Json.Nodes;
using Nems.Cli.Calls;
using Nems.Cli.Demonstration;

namespace Nems.Cli.Bench;

/// <summary>What to measure: at each size first without, then with the rules that cover everybody.</summary>
internal sealed record MatchBenchPlan(IReadOnlyList<int> Sizes, int Rules, int Events, int Runs, int Connections);

/// <summary>What was measured at one size. Times are processor time of the service's process for each event.</summary>
internal sealed record MatchBenchResult(
    int Subscriptions, int Rules, double NoMatchMicroseconds, double OneMatchMicroseconds, long Memory, double StartSeconds, double SeededPerSecond, long StoreBytes, int Lost);

/// <summary>
/// Measures matching inside the whole path: events that match one webhook, and events that match nothing. The service is started anew
/// before each measurement, on the store as it is.
/// </summary>
internal sealed class MatchBench(TimeProvider clock, MatchBenchPlan plan, Screen screen)
{
    private const int Patients = 2_000;
    private const string WithPractice = "pds-change-of-gp-1.with-previous";
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ArrivalPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Results at the sizes in turn; why it stopped, if it did.</summary>
    public async Task<(IReadOnlyList<MatchBenchResult> Results, string? Stopped)> RunAsync(CancellationToken cancel)
    {
        await using var sink = await Sink.StartAsync(Script.ReceiverPort, cancel);
        List<MatchBenchResult> results = [];
        foreach (var size in plan.Sizes)
        {
            var data = Directory.CreateTempSubdirectory("nems-match-");
            try
            {
                foreach (var rules in plan.Rules > 0 ? new[] { 0, plan.Rules } : [0])
                {
                    var (rate, stopped) = await SeedAsync(data, rules == 0 ? size : 0, rules, cancel);
                    if (stopped is not null) return (results, stopped);
                    var (result, halted) = await MeasureAsync(data, sink, size, rules, cancel);
                    if (result is null) return (results, halted);
                    results.Add(result with { SeededPerSecond = rate });
                }
            }
            finally
            {
                data.Delete(recursive: true);
            }
        }

        return (results, null);
    }

    private async Task<(double PerSecond, string? Stopped)> SeedAsync(DirectoryInfo data, int subscriptions, int rules, CancellationToken cancel)
    {
        await using var service = ServiceProcess.StartOn(data);
        if (await ReadyAfterAsync(service, cancel) is null) return (0, NotReady(service));
        using var client = new SeedClient(service.Address, SeedClient.DevelopmentKey);
        var start = Stopwatch.GetTimestamp();
        var answer = SeedAnswer.Failed("");
        await screen.ProgressAsync("Seeding", subscriptions + rules, async report =>
            answer = await client.SeedAsync(new JsonObject { ["subscriptions"] = subscriptions, ["rules"] = rules }, report, cancel));
        return ((subscriptions + rules) / Stopwatch.GetElapsedTime(start).TotalSeconds, answer.Fault);
    }

    private async Task<(MatchBenchResult? Result, string? Stopped)> MeasureAsync(DirectoryInfo data, Sink sink, int size, int rules, CancellationToken cancel)
    {
        await using var service = ServiceProcess.StartOn(data);
        if (await ReadyAfterAsync(service, cancel) is not { } ready) return (null, NotReady(service));

        // Seeded patients lie evenly over the whole store; the others are of the tests' own range, which a seed leaves out.
        var seeded = TestNumbers.Seeded(size - size / 100, Patients);
        using var one = new Load(service.Address, isFloor: false, seeded, [WithPractice], plan.Connections, clock);
        using var none = new Load(service.Address, isFloor: false, TestNumbers.First(Patients), [WithPractice], plan.Connections, clock);
        List<double> noMatch = [];
        List<double> oneMatch = [];
        var lost = 0;
        await screen.ProgressAsync($"{size} subscriptions, {rules} covering rules", plan.Runs * 2 + 2, async step =>
        {
            // The first of each warms up.
            for (var run = 0; run <= plan.Runs; run++)
            {
                var (without, _) = await EventsAsync(service, none, null, cancel);
                step();
                var (with, missing) = await EventsAsync(service, one, sink, cancel);
                step();
                if (run > 0) noMatch.Add(without);
                if (run > 0) oneMatch.Add(with);
                lost += missing;
            }
        });
        var stored = data.EnumerateFiles().Sum(file => file.Length);
        return (new MatchBenchResult(size, rules, Median(noMatch), Median(oneMatch), service.Memory, ready.TotalSeconds, 0, stored, lost), null);
    }

    private async Task<(double Microseconds, int Lost)> EventsAsync(ServiceProcess service, Load load, Sink? sink, CancellationToken cancel)
    {
        sink?.Clear();
        var before = service.ProcessorTime;
        await load.RunAsync(plan.Events, null, cancel);
        if (sink is not null)
        {
            var since = clock.GetTimestamp();
            while (sink.Count < load.Accepted.Count && clock.GetElapsedTime(since) < ArrivalPatience) await Task.Delay(BetweenLooks, clock, cancel);
        }

        var used = service.ProcessorTime - before;
        return (used.TotalMicroseconds / load.Accepted.Count, plan.Events - (sink?.Count ?? load.Accepted.Count));
    }

    private async Task<TimeSpan?> ReadyAfterAsync(ServiceProcess service, CancellationToken cancel)
    {
        using var client = new NemsClient(service.Address, CallingSystem.SampleNemsAsid, clock);
        var start = clock.GetTimestamp();
        while (!service.HasExited && clock.GetElapsedTime(start) < ReadyPatience)
        {
            if (await client.IsReadyAsync(cancel)) return clock.GetElapsedTime(start);
            await Task.Delay(BetweenLooks, clock, cancel);
        }

        return null;
    }

    private static string NotReady(ServiceProcess service) => $"The service did not become ready.{Environment.NewLine}{service.LastWords}";

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
