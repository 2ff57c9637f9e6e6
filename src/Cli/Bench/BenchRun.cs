using System.Diagnostics;
using System.Globalization;
using Nems.Cli.Calls;
using Nems.Cli.Demonstration;
using Nems.Cli.Subscriptions;
using Nems.Core.Events;

namespace Nems.Cli.Bench;

/// <summary>What one run measured. Times are processor time of the service's process (or the floor's), from the operating system.</summary>
internal sealed record BenchResult(
    double EventsPerSecond, double ProcessorMicroseconds, double P50, double P99, double P999, int Lost, int Repeated, int Refused, long PeakMemory);

/// <summary>What to measure.</summary>
internal sealed record BenchPlan(int Events, int Connections, int Patients, int Runs, double? Rate);

/// <summary>Measures the way of an event from publish to webhook, and in the same run the bare server.</summary>
internal sealed class BenchRun(TimeProvider clock, BenchPlan plan, Screen screen)
{
    private const int WarmUp = 6000;
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ArrivalPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Service and floor in turn, as many times as the plan says; why it stopped, if it did.</summary>
    public async Task<(IReadOnlyList<(BenchResult Service, BenchResult Floor)> Runs, string? Stopped)> RunAsync(CancellationToken cancel)
    {
        var patients = TestNumbers.First(plan.Patients);
        await using var sink = await Sink.StartAsync(Script.ReceiverPort, cancel);
        await using var service = ServiceProcess.Start("--Logging:LogLevel:Default=Information");
        await using var floor = ServiceProcess.StartFloor();
        using var client = new NemsClient(service.Address, CallingSystem.SampleNemsAsid, clock);
        using var floorClient = new NemsClient(floor.Address, CallingSystem.SampleNemsAsid, clock);
        if (!await IsReadyAsync(service, client, cancel)) return ([], $"The service did not become ready.{Environment.NewLine}{service.LastWords}");
        if (!await IsReadyAsync(floor, floorClient, cancel)) return ([], "The bare server did not become ready.");
        if (await SubscribeAsync(client, patients, cancel) is { } refused) return ([], refused);

        using var load = new Load(service.Address, isFloor: false, patients, Script.Samples, plan.Connections, clock);
        using var floorLoad = new Load(floor.Address, isFloor: true, patients, Script.Samples, plan.Connections, clock);
        List<(BenchResult, BenchResult)> runs = [];
        await screen.ProgressAsync($"{plan.Runs} runs of {plan.Events} events, mean body {load.MeanBody:0} bytes", plan.Runs * 2 + 1, async step =>
        {
            await MeasureFloorAsync(floor, floorLoad, WarmUp, cancel);
            await MeasureAsync(service, load, sink, WarmUp, cancel);
            step();
            for (var run = 0; run < plan.Runs; run++)
            {
                var bare = await MeasureFloorAsync(floor, floorLoad, plan.Events, cancel);
                step();
                runs.Add((await MeasureAsync(service, load, sink, plan.Events, cancel), bare));
                step();
            }
        });
        return (runs, null);
    }

    private async Task<BenchResult> MeasureAsync(ServiceProcess service, Load load, Sink sink, int events, CancellationToken cancel)
    {
        sink.Clear();
        var processor = service.ProcessorTime;
        var start = Stopwatch.GetTimestamp();
        await load.RunAsync(events, plan.Rate, cancel);
        var (seen, since) = (sink.Count, clock.GetTimestamp());
        while (sink.Count < load.Accepted.Count && clock.GetElapsedTime(since) < ArrivalPatience)
        {
            await Task.Delay(BetweenLooks, clock, cancel);
            if (sink.Count == seen) continue;
            (seen, since) = (sink.Count, clock.GetTimestamp());
        }

        var elapsed = Stopwatch.GetElapsedTime(start, sink.Arrivals.Values.DefaultIfEmpty(Stopwatch.GetTimestamp()).Max());
        var used = service.ProcessorTime - processor;
        double[] latencies =
        [
            .. load.Accepted.Where(sent => sink.Arrivals.ContainsKey(sent.Key))
                .Select(sent => Stopwatch.GetElapsedTime(sent.Value, sink.Arrivals[sent.Key]).TotalMilliseconds).Order(),
        ];
        return new BenchResult(
            load.Accepted.Count / elapsed.TotalSeconds, used.TotalMicroseconds / load.Accepted.Count, At(latencies, 0.5), At(latencies, 0.99), At(latencies, 0.999),
            load.Accepted.Count - latencies.Length, sink.Repeats, load.Refused, service.PeakMemory);
    }

    private static async Task<BenchResult> MeasureFloorAsync(ServiceProcess floor, Load load, int posts, CancellationToken cancel)
    {
        var processor = floor.ProcessorTime;
        var start = Stopwatch.GetTimestamp();
        await load.RunAsync(posts, null, cancel);
        var elapsed = Stopwatch.GetElapsedTime(start);
        return new BenchResult(posts / elapsed.TotalSeconds, (floor.ProcessorTime - processor).TotalMicroseconds / posts, 0, 0, 0, 0, 0, load.Refused, floor.PeakMemory);
    }

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];

    private async Task<bool> IsReadyAsync(ServiceProcess process, NemsClient client, CancellationToken cancel)
    {
        var start = clock.GetTimestamp();
        while (!process.HasExited && clock.GetElapsedTime(start) < ReadyPatience)
        {
            if (await client.IsReadyAsync(cancel)) return true;
            await Task.Delay(BetweenLooks, clock, cancel);
        }

        return false;
    }

    /// <summary>One explicit subscription for each patient, to four webhook addresses of one organisation in turn. Null when all were created.</summary>
    private static async Task<string?> SubscribeAsync(NemsClient client, IReadOnlyList<string> patients, CancellationToken cancel)
    {
        for (var index = 0; index < patients.Count; index++)
        {
            var request = new SubscriptionRequest
            {
                Organisation = CallingSystem.SampleSubscriber.Organisation,
                Endpoint = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Script.ReceiverPort}/{index % 4}"),
                NhsNumber = patients[index],
                Events = [.. EventType.All.Select(type => type.Code)],
                Reason = "Bench",
            };
            var answer = await client.SubscribeAsync(request.ToXml(), new FhirForm(FhirRelease.Stu3, FhirFormat.Xml), CallingSystem.SampleSubscriber, null, cancel);
            if (!answer.IsSuccess) return $"A subscription was refused: {answer.Summary}.";
        }

        return null;
    }
}
