using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Nems.Core.Audit;
using Nems.Core.Events;
using Nems.Core.Match;
using Nems.Core.Ports;
using Nems.Testing;

namespace Nems.Journey.Tests.Matching;

/// <summary>The service with a source of demographics and reference data of the test's own.</summary>
internal static class Sourced
{
    public static FakeReferenceData Areas() => new FakeReferenceData()
        .Place("ZZ99 1AB", "S1", "E09000001", "E92000001")
        .Place("ZZ99 1EF", "S2", "E09000002", "E92000001")
        .Place("ZZ99 3GH", "S3", "W06000003", "W92000004")
        .Place("ZZ99 2AA", "S9", "S12000009", "S92000003")
        .Practice("B86056", "Q1").Practice("B86099", "Q2").Practice("A99999", "Q9");

    public static Task<NemsUnderTest> StartAsync(
        FakeSubscriber subscriber, IDemographics? source = null, FakeTimeProvider? clock = null, IEnumerable<string>? settings = null, string? directory = null,
        Action<WebApplicationBuilder>? configure = null) =>
        NemsUnderTest.StartAsync([subscriber], clock, settings, directory, builder =>
        {
            if (source is not null) builder.Services.AddSingleton(source);
            builder.Services.AddSingleton<IReferenceData>(Areas());
            configure?.Invoke(builder);
        });

    public static LateMatcher Late(this NemsUnderTest nems) => nems.Services.GetRequiredService<LateMatcher>();

    public static ValueTask<IReadOnlyList<AuditEntry>> TrailAsync(this NemsUnderTest nems, EventId about) =>
        nems.Services.GetRequiredService<IAuditTrail>().ReadAsync(about, 100, CancellationToken.None);

    public static string[] Bodies(IEnumerable<Message> messages) => [.. messages.Select(message => Convert.ToBase64String(message.Body))];

    public static string[] Bodies(IEnumerable<Received> received) => [.. received.Select(request => Convert.ToBase64String(request.Body))];
}
