using System.Diagnostics;
using Mediator;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nems.Core.Audit;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Keys;
using Nems.Core.Match;
using Nems.Core.Ports;
using Nems.Core.Problems;
using Nems.Core.Registry;

namespace Nems.Core.Subscribe;

/// <summary>Makes a subscription from a Subscription resource. What is created is durable and, unless operators review first, active and seen by the next match.</summary>
/// <param name="Caller">Who asks; proven.</param>
/// <param name="Body">The resource as it came. Patient data.</param>
/// <param name="Form">What the body is.</param>
public sealed record CreateSubscription(Caller Caller, ReadOnlyMemory<byte> Body, FhirForm Form) : ICommand<CreateSubscriptionResult>
{
    public override string ToString() => nameof(CreateSubscription);
}

/// <summary>What became of a create.</summary>
public abstract record CreateSubscriptionResult
{
    private CreateSubscriptionResult()
    {
    }

    /// <param name="Id">The new logical id.</param>
    /// <param name="VersionId">For the ETag.</param>
    /// <param name="LastModified">The moment of creation.</param>
    /// <param name="Secret">The signing secret generated for the endpoint, to be shown this once; null where none was generated.</param>
    /// <param name="Warnings">About event types that leave service.</param>
    /// <param name="Destination">The destination it shares with all subscriptions to the same place: by it an operator rotates the secret.</param>
    public sealed record Created(
        SubscriptionId Id, string VersionId, DateTimeOffset LastModified, string? Secret, IReadOnlyList<Problem> Warnings, DestinationId Destination)
        : CreateSubscriptionResult
    {
        public override string ToString() => Id.ToString();
    }

    /// <summary>Nothing was stored.</summary>
    public sealed record Refused(IReadOnlyList<Problem> Problems) : CreateSubscriptionResult;
}

internal sealed partial class CreateSubscriptionHandler(
    ISubscriptionStore store,
    IRegistry registry,
    SubscriptionRights rights,
    EndpointRules endpoints,
    WebhookSecrets secrets,
    KeyedHash hash,
    IOptions<SubscriptionOptions> options,
    IAuditTrail audit,
    TimeProvider clock,
    ILogger<CreateSubscriptionHandler> log) : ICommandHandler<CreateSubscription, CreateSubscriptionResult>
{
    private const string FirstVersion = "1";

    public async ValueTask<CreateSubscriptionResult> Handle(CreateSubscription command, CancellationToken cancellationToken)
    {
        var now = Milliseconds(clock.GetUtcNow());
        var reading = SubscriptionReader.Read(command.Body, command.Form, now);
        var snapshot = registry.Current;
        List<Problem> problems = [.. reading.Problems, .. rights.Judge(command.Caller, reading, snapshot, now)];
        var destination = DestinationOf(command.Caller, reading, snapshot, problems);

        // Without problems nothing of the reading is missing; the patterns tell the compiler.
        if (problems.Exists(problem => problem.Code != SpineCode.Deprecated)
            || destination is null || reading is not { Criteria: { } criteria, CriteriaText: { } text, Headers: { } headers })
            return Refused(command.Caller, problems);

        var subscription = New(criteria, reading.EndsAt, destination, now);
        var secret = await secrets.PrepareAsync(destination, headers.Secret, cancellationToken);
        var outcome = await store.CreateAsync(
            new StoredSubscription(subscription, reading.Resource, command.Form), DuplicateKey.Of(destination, text, hash), cancellationToken);
        if (outcome is CreateOutcome.Duplicate duplicate) return Refused(command.Caller, [AlreadyExists(duplicate.Existing)]);
        if (outcome is not CreateOutcome.Created) throw new UnreachableException();

        // The subscription is stored and counts: its secret must follow, even if the caller has gone.
        if (headers.Secret is { } given) await secrets.AdoptAsync(destination, given, CancellationToken.None);

        await audit.AppendAsync(
            SubscriptionAudit.Entry(AuditAction.SubscriptionCreated, command.Caller, subscription, now),
            CancellationToken.None);
        LogCreated(subscription.Id, subscription.Organisation, command.Caller.System.Asid, destination.Channel, destination.Id);
        if (criteria.GpRegistration == GpRegistration.UnregisteredOnly && criteria.Rule is SubscriptionRule.Practice or SubscriptionRule.PracticeSubLocation)
            LogNeverMatches(subscription.Id);
        return new CreateSubscriptionResult.Created(subscription.Id, subscription.VersionId, subscription.CreatedAt, secret, problems, destination.Id);
    }

    // Where the organisation is unknown or another's, nothing is said of what it has.
    private Destination? DestinationOf(Caller caller, SubscriptionReading reading, RegistrySnapshot snapshot, List<Problem> problems)
    {
        if (reading.Organisation is not { } organisation || !caller.System.Organisations.Contains(organisation)) return null;
        var destination = endpoints.DestinationOf(reading, organisation, snapshot, out var problem);
        if (problem is not null) problems.Add(problem);
        return destination;
    }

    private Subscription New(Criteria criteria, DateTimeOffset? endsAt, Destination destination, DateTimeOffset now) => new()
    {
        Id = SubscriptionId.New(clock),
        MatchKey = MatchKeys.Of(criteria, hash),
        Organisation = destination.Organisation,
        State = options.Value.Review == SubscriptionReview.Manual ? SubscriptionState.Requested : SubscriptionState.Active,
        Events = criteria.Events.Aggregate(0, (bits, type) => bits | 1 << type.Index),
        Ages = criteria.Ages,
        GpRegistration = criteria.GpRegistration,
        CreatedAt = now,
        ActiveSince = options.Value.Review == SubscriptionReview.Manual ? null : now,
        EndsAt = endsAt,
        Destination = destination,
        Tag = criteria.Tag,
        VersionId = FirstVersion,
    };

    // Real clients look for these words and go on with the id.
    private static Problem AlreadyExists(SubscriptionId existing) =>
        new(SpineCode.DuplicateRejected, $"subscription already exists : {existing}");

    // Cut, never rounded up: an event accepted after the answer must not seem older than the subscription.
    private static DateTimeOffset Milliseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));

    private CreateSubscriptionResult.Refused Refused(Caller caller, IReadOnlyList<Problem> problems)
    {
        LogRefused(caller.System.Asid, string.Join(',', problems.Select(problem => problem.Code.Code).Distinct()));
        return new CreateSubscriptionResult.Refused(problems);
    }

    [LoggerMessage(EventId = 4001, EventName = "subscription.created", Level = LogLevel.Information,
        Message = "Subscription {Subscription} of {Organisation} created by {Asid}: {Channel} to {Destination}")]
    private partial void LogCreated(SubscriptionId subscription, string organisation, string asid, ChannelKind channel, DestinationId destination);

    [LoggerMessage(EventId = 4002, EventName = "subscription.refused", Level = LogLevel.Information,
        Message = "A subscription of {Asid} was refused: {Codes}")]
    private partial void LogRefused(string asid, string codes);

    [LoggerMessage(EventId = 4003, EventName = "subscription.never-matches", Level = LogLevel.Warning,
        Message = "Subscription {Subscription} asks for unregistered patients by a practice rule, and matches nothing")]
    private partial void LogNeverMatches(SubscriptionId subscription);
}
