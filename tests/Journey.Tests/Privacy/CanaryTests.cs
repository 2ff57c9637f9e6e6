using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;
using Nems.Testing;

namespace Nems.Journey.Tests.Privacy;

/// <summary>Operations see no patient (design 1, promise 5).</summary>
public sealed class CanaryTests
{
    private readonly Canaries canaries = new();
    private readonly ConcurrentQueue<string> told = new();
    private readonly ConcurrentQueue<string> logged = new();

    [Fact]
    public async Task No_log_line_answer_table_or_file_name_of_the_shipped_service_holds_anything_of_a_patient()
    {
        using var directory = new TemporaryDirectory();
        await using var endpoint = new HostileEndpoint();
        var registry = directory.File("registry.json");
        TestRegistry.Write(registry, [endpoint.Port]);
        var data = directory.File("data");
        string[] arguments =
        [
            "--environment", "Development", "--urls", "http://127.0.0.1:0", $"--Nems:DataDirectory={data}", $"--Nems:RegistryFile={registry}",
            "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace", "--Logging:LogLevel:System.Net.Http=Trace", .. CanaryScenario.Settings.Select(setting => "--" + setting),
        ];
        var scenario = new CanaryScenario(canaries, endpoint, told);
        var refusals = new CanaryRefusals(canaries, scenario);
        scenario.PrepareReceivers();

        await using (var service = await ChildService.StartAsync(arguments, logged))
        {
            await scenario.DeliverAsync(service.Address);
            await refusals.PlayAsync(service.Address);
            await service.StopAsync();
        }

        await using (var service = await ChildService.StartAsync(arguments, logged))
        {
            await scenario.GoOnAsync(service.Address);
            await service.KillAsync();
        }

        await using (var service = await ChildService.StartAsync(arguments, logged)) await service.StopAsync();

        Assert.True(canaries.All.Count >= 40, "There were too few canaries to prove anything.");
        Assert.Contains(logged, line => line.Contains("event.accepted", StringComparison.Ordinal));
        Assert.Contains(logged, line => line.Contains("event.refused", StringComparison.Ordinal));
        Assert.Contains(logged, line => line.Contains("subscription.created", StringComparison.Ordinal));
        var store = Path.Combine(data, "nems.db");
        var rows = StoreScan.Rows(store);
        Assert.All(new[] { "events", "bodies", "subscription_texts", "deliveries", "destinations", "trail", "idempotency" }, table => Assert.True(rows[table] > 0, table));
        Assert.True(StoreScan.Count(store, "deliveries WHERE state = 2") > 0, "There was no dead letter.");
        Nothing([.. Found(logged, "log"), .. Found(told, "answer"), .. StoreScan.Find(data, canaries)]);
        SeesWhatIsThere(data);
    }

    [Fact]
    public void A_metric_and_an_activity_that_leak_are_heard()
    {
        ConcurrentQueue<string> measured = new();
        ConcurrentQueue<string> traced = new();
        using var meters = Listen(measured);
        using var activities = Trace(traced);
        using var meter = new Meter("Nems.Leaky");
        using var source = new ActivitySource("Nems.Leaky");
        var counter = meter.CreateCounter<long>("nems.leaks");

        counter.Add(1, new KeyValuePair<string, object?>("patient", canaries.NhsNumber("label")));
        source.StartActivity("leak")?.SetTag("patient", canaries.Name("tag")).Stop();

        Assert.Contains("label", Assert.Single(Found(measured.Where(text => text.StartsWith("Nems.Leaky", StringComparison.Ordinal)), "metric")), StringComparison.Ordinal);
        Assert.Contains("tag", Assert.Single(Found(traced.Where(text => text.StartsWith("leak", StringComparison.Ordinal)), "activity")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_metric_activity_or_exception_of_the_service_holds_anything_of_a_patient()
    {
        ConcurrentQueue<string> measured = new();
        ConcurrentQueue<string> traced = new();
        ConcurrentQueue<string> thrown = new();
        void Thrown(object? sender, FirstChanceExceptionEventArgs args)
        {
            if (args.Exception.TargetSite?.Module.Assembly.GetName().Name is { } thrower && IsOurs(thrower)) thrown.Enqueue(args.Exception.Message);
        }

        AppDomain.CurrentDomain.FirstChanceException += Thrown;
        using var meters = Listen(measured);
        using var activities = Trace(traced);
        await using var endpoint = new HostileEndpoint();
        var scenario = new CanaryScenario(canaries, endpoint, told);
        var refusals = new CanaryRefusals(canaries, scenario);
        scenario.PrepareReceivers();
        using var directory = new TemporaryDirectory();
        var registry = directory.File("canary-registry.json");
        TestRegistry.Write(registry, [endpoint.Port]);

        await using (var nems = await NemsUnderTest.StartAsync([], settings: [$"Nems:RegistryFile={registry}", .. CanaryScenario.Settings], directory: directory.Path))
        {
            await scenario.DeliverAsync(nems.Address);
            await refusals.PlayAsync(nems.Address);
        }

        await using (var nems = await NemsUnderTest.StartAsync([], settings: [$"Nems:RegistryFile={registry}", .. CanaryScenario.Settings], directory: directory.Path))
            await scenario.GoOnAsync(nems.Address);

        AppDomain.CurrentDomain.FirstChanceException -= Thrown;
        foreach (var meter in new[] { "Nems.Api", "Nems.Publish", "Nems.Deliver" }) Assert.Contains(measured, measurement => measurement.StartsWith(meter, StringComparison.Ordinal));
        Nothing([.. Found(measured, "metric"), .. Found(traced, "activity"), .. Found(thrown, "exception"), .. Found(told, "answer")]);
    }

    /// <summary>The same search, over the same lines and tables, for what operators may see and do; then for a canary among the lines.</summary>
    private void SeesWhatIsThere(string data)
    {
        var shown = new Canaries();
        shown.Shown(TestRegistry.Supplier);
        shown.Shown("subscription.refused");
        shown.Shown("MISSING_OR_INVALID_HEADER");

        Assert.Equal([TestRegistry.Supplier, "subscription.refused"], shown.All.Select(one => one.Value).Intersect(logged.SelectMany(shown.In)));
        Assert.Contains("MISSING_OR_INVALID_HEADER", told.SelectMany(shown.In));
        Assert.Contains($"trail.asid: {TestRegistry.Supplier}", StoreScan.Find(data, shown));

        logged.Enqueue($"{{\"@m\":\"Event about \\\"{canaries.All[^1].Value}\\\" accepted\"}}");
        Assert.Equal([canaries.All[^1].Place], logged.SelectMany(canaries.In));
    }

    private static void Nothing(IReadOnlyList<string> found) => Assert.True(found.Count == 0, $"{found.Count} leaks:\n{string.Join('\n', found.Take(40))}");

    private IEnumerable<string> Found(IEnumerable<string> texts, string kind) =>
        texts.SelectMany(text => canaries.In(text).Select(place => $"{kind} shows \"{place}\": {text[..Math.Min(text.Length, 700)]}"));

    private static bool IsOurs(string name) => name.StartsWith("Nems.", StringComparison.Ordinal) && !name.EndsWith("Tests", StringComparison.Ordinal) && name != "Nems.Testing";

    /// <summary>Our meters, and those of the platform that would be exported beside them.</summary>
    private static MeterListener Listen(ConcurrentQueue<string> measured)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name.StartsWith("Nems", StringComparison.Ordinal) || instrument.Meter.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
                    || instrument.Meter.Name is "System.Net.Http" or "System.Net.NameResolution" or "Polly") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => measured.Enqueue(Text(instrument, tags)));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => measured.Enqueue(Text(instrument, tags)));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => measured.Enqueue(Text(instrument, tags)));
        listener.Start();
        return listener;
    }

    private static string Text(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = $"{instrument.Meter.Name} {instrument.Name} {instrument.Description}";
        foreach (var tag in tags) text += $" {tag.Key}={tag.Value}";
        return text;
    }

    private static ActivityListener Trace(ConcurrentQueue<string> traced)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Nems", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => traced.Enqueue(
                $"{activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects.Concat(activity.Events.SelectMany(one => one.Tags)).Select(tag => $"{tag.Key}={tag.Value}"))} {string.Join(' ', activity.Baggage.Select(pair => pair.Value))}"),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
