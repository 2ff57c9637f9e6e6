using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Nems.Pds.Tests.Kit;
using Nems.Testing;

namespace Nems.Pds.Tests;

/// <summary>Whatever happens, nothing that leaves the process but the call itself carries the patient or a secret.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task No_patient_and_no_secret_is_in_any_log_metric_activity_or_exception()
    {
        ConcurrentQueue<string> seen = [];
        using var activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.Enqueue(
                $"{activity.Source.Name} {activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.SelectMany(happened => happened.Tags))}"),
        };
        ActivitySource.AddActivityListener(activities);
        using var metrics = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => seen.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) => seen.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        metrics.Start();
        using var parent = new Activity("a publisher's call").Start();
        await using var test = new PdsUnderTest(onSystemClock: true);
        await using var lost = new PdsUnderTest(onSystemClock: true, "BaseUrl=http://127.0.0.1:1/FHIR/R4");

        // Each reply for a patient of its own, none of whom is asked for twice.
        Reply[] replies =
        [
            new(200, APatient.Of(Patients.Jo)), new(200, "not json but the surname SURNAME of 9990000018"), new(200, new string(' ', PdsHttp.LargestAnswer + 1)),
            Reply.NotFound, new(404, Reply.Outcome("INVALIDATED_RESOURCE")), new(400, "diagnostics about 9990000018"), new(401), new(403), new(302, "", "Location", test.Pds.Elsewhere),
            new(500, "stack of 9990000018"), new(500), new(500), new(429, "", "Retry-After", "1"),
        ];
        test.Pds.Answers(replies);
        foreach (var number in Patients.Numbers(11)) await test.AskAsync(number);
        await lost.AskAsync(Patients.Jo);
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.AskAsync(Patients.Sam, cancel: new CancellationToken(canceled: true)));
        seen.Enqueue(cancelled.ToString());
        seen.Enqueue($"{await test.AskAsync(Patients.Jo)}");

        string[] everything = [.. seen, .. test.Logs.Lines, .. lost.Logs.Lines];
        Assert.Contains(everything, line => line.StartsWith("nems.pds.lookups", StringComparison.Ordinal));
        Assert.Contains(everything, line => line.StartsWith("http.client.request.duration", StringComparison.Ordinal));
        Assert.Contains(everything, line => line.StartsWith("pds.unavailable", StringComparison.Ordinal));
        string[] canaries =
        [
            .. Patients.Numbers(11), Patients.Jo, Patients.Sam, "ZZ993VZ", APatient.Postcode, "SURNAME", "Canary", "B86056", "token-1", "token-2", "client_assertion",
            PdsUnderTest.ApiKey, "PRIVATE KEY", "diagnostics about", "stack of", "/Patient/",
        ];
        foreach (var canary in canaries) Assert.DoesNotContain(everything, line => line.Contains(canary, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task No_type_that_holds_the_patient_prints_it()
    {
        await using var test = new PdsUnderTest();

        var record = await test.FindAsync();
        var reply = new PdsReply(200, "a body"u8.ToArray(), null, null, default);

        Assert.DoesNotContain("ZZ993VZ", $"{record} {await test.AskAsync()}", StringComparison.Ordinal);
        Assert.Equal("(PDS reply 200 )", reply.ToString());
    }
}
