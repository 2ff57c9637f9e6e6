using Microsoft.Extensions.Options;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Lanes;
using Nems.Core.Publish;
using Nems.Core.Retry;

namespace Nems.Core.Tests.Lanes;

/// <summary>A lane with a clock in hand: sends, answers, lets time pass.</summary>
internal sealed class LaneBench
{
    private readonly Dictionary<string, UInt128> patients = [];
    private long place;

    public LaneBench(string holdFor = "00:15:00", int concurrency = 8, DestinationHealth? health = null, IList<TimeSpan>? schedule = null, int asideWindow = 1000)
    {
        Retry = new RetryPolicy(Options.Create(new RetryOptions { Jitter = 0, Schedule = schedule ?? [] }));
        var order = new OrderOptions { HoldFor = holdFor };
        Lane = new Lane(ADestination, health ?? DestinationHealth.Healthy, Retry, new LaneOptions { Concurrency = concurrency, AsideWindow = asideWindow }, order.Hold);
    }

    public static Destination ADestination { get; } =
        new(new DestinationId(7), "T8T9T", ChannelKind.Webhook, "https://hooks.example.nhs.uk/", "", [], false);

    public RetryPolicy Retry { get; }

    public Lane Lane { get; }

    public DateTimeOffset Now { get; set; } = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    /// <summary>An event of a patient arrives; an empty name is an event without a patient.</summary>
    public OpenDelivery Arrives(string patient, bool wasOpenBefore = false)
    {
        if (patient.Length > 0 && !patients.ContainsKey(patient)) patients[patient] = (UInt128)(1000 + patients.Count);
        place++;
        var delivery = new OpenDelivery
        {
            Id = new DeliveryId(new EventId(Guid.CreateVersion7()), ADestination.Id),
            Place = new Place(place),
            Number = place,
            Type = EventType.Death,
            Form = new FhirForm(FhirRelease.Stu3, FhirFormat.Xml),
            Patient = patient.Length > 0 ? new PatientKey(patients[patient]) : null,
            Subscriptions = [new MatchedSubscription(default, null)],
        };
        Lane.Add(delivery, Now, wasOpenBefore);
        return delivery;
    }

    public OpenDelivery? Next() => Lane.Next(Now);

    public Settlement Answered(OpenDelivery delivery, int status, TimeSpan? retryAfter = null) => Lane.Settle(delivery, AnswerOf(status, retryAfter), Now, 0.5);

    /// <summary>Sends the next one, which must be this, and answers it.</summary>
    public Settlement SendsAndGets(OpenDelivery expected, int status)
    {
        var next = Next();
        Assert.Same(expected, next);
        return Answered(expected, status);
    }

    public void Passes(TimeSpan time) => Now += time;

    /// <summary>Opens the breaker by failures of patients that arrive for it, five in a row with what failed before; gives their deliveries.</summary>
    public IReadOnlyList<OpenDelivery> OpensTheBreaker()
    {
        List<OpenDelivery> failed = [];
        for (var turn = 0; turn < 5 && Lane.Health.OpenSince is null; turn++)
        {
            var delivery = Arrives($"breaker {turn}");
            Assert.Same(delivery, Next());
            Answered(delivery, 503);
            failed.Add(delivery);
        }

        Assert.NotNull(Lane.Health.OpenSince);
        return failed;
    }

    private static Answer AnswerOf(int status, TimeSpan? retryAfter) => new(
        status switch
        {
            0 => AttemptOutcome.OwnFault,
            1 => AttemptOutcome.Unreachable,
            >= 200 and < 300 => AttemptOutcome.Delivered,
            400 or 413 or 415 or 422 => AttemptOutcome.MessageRefused,
            401 or 403 or 404 or 405 => AttemptOutcome.AccessRefused,
            410 => AttemptOutcome.Gone,
            _ => AttemptOutcome.NotNow,
        },
        status,
        retryAfter);
}
