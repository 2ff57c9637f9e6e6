using Mediator;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Keys;
using Nems.Core.Match;
using Nems.Core.Ports;
using Nems.Core.Problems;
using Nems.Core.Registry;
using Nems.Core.Subscribe;
using EventId = Nems.Core.Events.EventId;

namespace Nems.Core.Publish;

/// <summary>Use case: a publisher posts an event message.</summary>
/// <param name="Caller">Who posts.</param>
/// <param name="InteractionId">The InteractionID header; null on the R4 path when absent.</param>
/// <param name="Form">Release and syntax of the body.</param>
/// <param name="Body">The bytes. Kept and delivered as they are: the caller must not change them.</param>
/// <param name="IdempotencyKey">The <c>Idempotency-Key</c> header: up to 64 visible ASCII characters.</param>
public sealed record PublishEvent(
    Caller Caller, string? InteractionId, FhirForm Form, ReadOnlyMemory<byte> Body, string? IdempotencyKey) : ICommand<PublishResult>;

/// <summary>The closed set of answers to a publisher.</summary>
public abstract record PublishResult
{
    private PublishResult()
    {
    }

    /// <summary>On disk, with its deliveries. A repeat under the same key and body gives the first event's id.</summary>
    /// <param name="Id">The event.</param>
    /// <param name="Warnings">What the publisher should know, e.g. that the type is deprecated.</param>
    public sealed record Accepted(EventId Id, IReadOnlyList<Problem> Warnings) : PublishResult;

    /// <summary>Nothing was kept.</summary>
    public sealed record Refused(IReadOnlyList<Problem> Problems) : PublishResult;

    /// <summary>Nothing was kept; the publisher may try again after a while.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : PublishResult;
}

internal sealed partial class PublishEventHandler(
    EventMessageReader reader, EventLifeCycle lifeCycle, FactFinder factFinder, IOptions<MatchOptions> options, ISubscriptionStore subscriptions, IEventStore events, KeyedHash hash,
    PublishMetrics metrics, ICheckpoints checkpoints, TimeProvider clock, ILogger<PublishEventHandler> log) : ICommandHandler<PublishEvent, PublishResult>
{
    private const int LongestKey = 64;

    public async ValueTask<PublishResult> Handle(PublishEvent command, CancellationToken cancellationToken)
    {
        var accepted = clock.GetUtcNow();
        var reading = reader.Read(command.Body, command.Form, command.InteractionId);
        var lifeCycleWord = reading.Type is { } known ? lifeCycle.OnPublish(known, accepted) : null;
        var problems = Problems(command, reading, lifeCycleWord);
        if (problems.Count > 0 || reading.Message is not { } message) return Refuse(command, reading.Type, problems);

        var rightsVersion = subscriptions.RightsVersion;
        var (facts, _) = await factFinder.FindAsync(message, accepted, options.Value.WaitForDemographics, cancellationToken);
        var deliveries = facts is null ? null : await PlanAsync(message.Type, facts, accepted, cancellationToken);

        var newEvent = new NewEvent
        {
            Id = EventId.New(clock),
            Type = message.Type,
            Form = command.Form,
            Patient = message.Routing.NhsNumber is { } number ? hash.Patient(number) : null,
            AcceptedAt = accepted,
            Asid = command.Caller.System.Asid,
            Organisation = command.Caller.Organisation,
            Facts = facts ?? MatchFacts.NotYet,
            RightsVersion = rightsVersion,
            Body = command.Body,
        };
        var outcome = await events.AcceptAsync(newEvent, deliveries, ClaimOf(command), cancellationToken);
        checkpoints.Reached("accept.committed");
        IReadOnlyList<Problem> warnings = lifeCycleWord is null ? [] : [lifeCycleWord];
        return outcome switch
        {
            AcceptOutcome.Accepted => Accept(newEvent, deliveries?.Count, reading.Warnings, warnings),
            AcceptOutcome.Repeated repeated => new PublishResult.Accepted(repeated.Id, warnings),
            AcceptOutcome.KeyReused => Refuse(command, message.Type,
                [new Problem(SpineCode.IdempotencyKeyReused, "This Idempotency-Key came before with another body.")]),
            AcceptOutcome.Busy busy => Turn(busy.RetryAfter),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static List<Problem> Problems(PublishEvent command, EventReading reading, Problem? lifeCycleWord)
    {
        List<Problem> problems = [.. reading.Problems];
        if (reading.Type is { } type && !command.Caller.System.MayPublish(type))
            problems.Add(new Problem(SpineCode.AsidCheckFailed, "This event type is not granted to the publishing system."));
        if (lifeCycleWord?.Code == SpineCode.Withdrawn) problems.Add(lifeCycleWord);
        if (command.IdempotencyKey is { } key && (key.Length is 0 or > LongestKey || key.Any(character => character is < '!' or > '~')))
            problems.Add(new Problem(SpineCode.MissingOrInvalidHeader, "Idempotency-Key must be 1 to 64 visible ASCII characters."));
        return problems;
    }

    private async ValueTask<IReadOnlyList<PlannedDelivery>> PlanAsync(EventType type, MatchFacts facts, DateTimeOffset accepted, CancellationToken cancel)
    {
        List<Subscription> candidates = [];
        await subscriptions.CandidatesAsync(facts.Keys, candidates, cancel);
        return Matcher.Plan(candidates, type, facts, accepted);
    }

    private IdempotencyClaim? ClaimOf(PublishEvent command)
    {
        if (command.IdempotencyKey is not { } key) return null;
        Span<byte> digest = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(command.Body.Span, digest);
        return new IdempotencyClaim(
            hash.Of("idempotency:", $"{command.Caller.System.Asid} {key}"), System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    private PublishResult.Accepted Accept(NewEvent accepted, int? deliveries, IReadOnlyList<string> ruleWarnings, IReadOnlyList<Problem> warnings)
    {
        metrics.Accepted(accepted.Type, deliveries ?? 0, clock.GetUtcNow() - accepted.AcceptedAt);
        if (ruleWarnings.Count > 0)
        {
            metrics.Warned(accepted.Type, ruleWarnings);
            if (log.IsEnabled(LogLevel.Debug)) LogWarned(accepted.Id, accepted.Type.Code, string.Join(' ', ruleWarnings));
        }

        LogAccepted(accepted.Id, accepted.Type.Code, accepted.Asid, accepted.Body.Length, deliveries);
        return new PublishResult.Accepted(accepted.Id, warnings);
    }

    private PublishResult.Refused Refuse(PublishEvent command, EventType? type, IReadOnlyList<Problem> problems)
    {
        metrics.Refused();
        if (log.IsEnabled(LogLevel.Information))
            LogRefused(command.Caller.System.Asid, type?.Code ?? "unknown", string.Join(' ', problems.Select(problem => problem.Code.Code).Distinct()));
        return new PublishResult.Refused(problems);
    }

    private PublishResult.Busy Turn(TimeSpan retryAfter)
    {
        metrics.TurnedAway();
        return new PublishResult.Busy(retryAfter);
    }

    [LoggerMessage(EventId = 1001, EventName = "event.accepted", Level = LogLevel.Debug,
        Message = "Event {Event} of type {Type} from {Asid}: {Bytes} bytes, {Deliveries} deliveries")]
    private partial void LogAccepted(EventId @event, string type, string asid, int bytes, int? deliveries);

    [LoggerMessage(EventId = 1002, EventName = "event.warned", Level = LogLevel.Debug, Message = "Event {Event} of type {Type} breaks rules that only warn: {Rules}")]
    private partial void LogWarned(EventId @event, string type, string rules);

    [LoggerMessage(EventId = 1003, EventName = "event.refused", Level = LogLevel.Information, Message = "An event of type {Type} from {Asid} was refused: {Codes}")]
    private partial void LogRefused(string asid, string type, string codes);
}
