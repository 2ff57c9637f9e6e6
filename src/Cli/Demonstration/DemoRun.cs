using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Nems.Cli.Calls;
using Nems.Cli.Messages;
using Nems.Cli.Receiving;

namespace Nems.Cli.Demonstration;

/// <summary>
/// One demonstration: service, receiver, subscriptions, ten events. Each step tells the screen; what stops it is a sentence.
/// </summary>
internal sealed class DemoRun(TimeProvider clock, Screen screen)
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ArrivalPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentBag<byte[]> secrets = [];
    private readonly Channel<Arrival> arrivals = Channel.CreateUnbounded<Arrival>();

    /// <summary>The results, in the order of publishing; or why it stopped.</summary>
    public async Task<(IReadOnlyList<Result> Results, string? Stopped)> RunAsync(CancellationToken cancel)
    {
        await using var receiver = await Receiver.StartAsync(
            Script.ReceiverPort, clock, () => new WebhookVerifier(clock, [.. secrets], []), 200, arrival => arrivals.Writer.TryWrite(arrival), cancel);
        if (receiver is null)
        {
            return ([], string.Create(CultureInfo.InvariantCulture, $"Port {Script.ReceiverPort} on 127.0.0.1 is taken, and it is the only one at which the sample registry allows webhooks. Free it and try again."));
        }

        screen.Good($"Receiver at {receiver.Address}");
        await using var service = ServiceProcess.Start();
        using var client = new NemsClient(service.Address, CallingSystem.SampleNemsAsid, clock);
        if (!await IsReadyAsync(service, client, cancel)) return ([], $"The service did not become ready.{Environment.NewLine}{service.LastWords}");

        screen.Good($"Service at {service.Address}, ready");
        if (await SubscribeAsync(client, new Uri(receiver.Address, "/nems"), cancel) is { } refusal) return ([], refusal);

        var results = new List<Result>();
        foreach (var sample in Script.Samples)
        {
            var result = await PublishAsync(client, Sample.Open(sample), cancel);
            results.Add(result);
            if (result.IsAsPromised) screen.Good($"{result.EventType} arrived, signature verified, every byte the same");
            else screen.Bad($"{result.EventType}: {Complaint(result)}");
        }

        return (results, null);
    }

    private static string Complaint(Result result) =>
        result.Status is < 200 or > 299 ? string.Create(CultureInfo.InvariantCulture, $"refused with {result.Status}")
        : result.Arrived is null ? "accepted, and did not arrive"
        : result.Signature != SignatureCheck.Verified ? $"arrived, but its signature is {result.Signature}"
        : "arrived with other bytes than were published";

    private async Task<bool> IsReadyAsync(ServiceProcess service, NemsClient client, CancellationToken cancel)
    {
        var start = clock.GetTimestamp();
        while (!service.HasExited && clock.GetElapsedTime(start) < ReadyPatience)
        {
            if (await client.IsReadyAsync(cancel)) return true;
            await Task.Delay(BetweenLooks, clock, cancel);
        }

        return false;
    }

    /// <summary>Null when all were created, else why not.</summary>
    private async Task<string?> SubscribeAsync(NemsClient client, Uri endpoint, CancellationToken cancel)
    {
        foreach (var request in Script.Subscriptions(endpoint))
        {
            var answer = await client.SubscribeAsync(
                request.ToXml(), new Core.Events.FhirForm(Core.Events.FhirRelease.Stu3, Core.Events.FhirFormat.Xml), CallingSystem.SampleSubscriber, null, cancel);
            if (!answer.IsSuccess)
            {
                screen.Show(answer.Issues);
                return $"A subscription was refused: {answer.Summary}.";
            }

            if (answer.Secret is { } text && WebhookVerifier.TryReadSecret(text, out var secret)) secrets.Add(secret);
            screen.Good($"Subscription {answer.CreatedId} ({(request.Rule is null ? "explicit, one patient, all types" : $"rule {request.Rule} {request.Code}")})");
        }

        return secrets.IsEmpty ? "The service gave no signing secret for the endpoint." : null;
    }

    private async Task<Result> PublishAsync(NemsClient client, EventFile message, CancellationToken cancel)
    {
        var publisher = Script.PublisherOf(message);
        var start = clock.GetTimestamp();
        var answer = await client.PublishAsync(message, publisher, null, null, cancel);
        var accepted = clock.GetElapsedTime(start);
        screen.Show(answer.Issues);
        var arrival = answer.IsSuccess ? await ArrivalOfAsync(answer.EventId, cancel) : null;
        return new Result(
            message.Name, message.Type.Code, publisher.Organisation, answer.Status, answer.EventId, accepted,
            arrival is null ? null : clock.GetElapsedTime(start), arrival?.Signature, arrival is not null && arrival.Body.AsSpan().SequenceEqual(message.Bytes), arrival?.Sequence);
    }

    /// <summary>The webhook of this event; null when none came in good time. Others that come meanwhile are repeats.</summary>
    private async Task<Arrival?> ArrivalOfAsync(string? eventId, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(ArrivalPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            await foreach (var arrival in arrivals.Reader.ReadAllAsync(either.Token))
            {
                if (Guid.TryParse(eventId, out var published) && Guid.TryParse(arrival.EventId, out var came) && published == came) return arrival;
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return null;
        }

        return null;
    }
}
