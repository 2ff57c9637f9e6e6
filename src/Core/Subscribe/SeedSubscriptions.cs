using System.Runtime.CompilerServices;
using Mediator;
using Microsoft.Extensions.Logging;
using Nems.Core.Ports;
using Nems.Core.Problems;

namespace Nems.Core.Subscribe;

/// <summary>
/// Use case, for trials of scale in Development: stores many subscriptions of one organisation fast. Each is as valid as if it had been
/// posted: the patterns go through the reader of creates, and only patient, practice and tag vary. About one in a hundred is generic.
/// </summary>
/// <param name="Count">How many, beside the <paramref name="Rules"/>.</param>
/// <param name="Rules">Rule subscriptions under <paramref name="RuleType"/> and <paramref name="Code"/>, each wanting another event type, age or registration: nobody under 100 years matches them.</param>
/// <param name="Organisation">The subscriber.</param>
/// <param name="Endpoint">Its webhook address.</param>
/// <param name="RuleType">A published rule code.</param>
/// <param name="Code">What the rule compares.</param>
public sealed record SeedSubscriptions(int Count, int Rules, string Organisation, string Endpoint, string RuleType, string Code) : IStreamCommand<SeedProgress>;

/// <summary>How far a seed has come.</summary>
public abstract record SeedProgress
{
    private SeedProgress()
    {
    }

    public sealed record Stored(int Count, int Of) : SeedProgress;

    public sealed record Done(int Explicit, int Generic, int Rules) : SeedProgress;

    /// <summary>Nothing was stored.</summary>
    public sealed record Refused(IReadOnlyList<Problem> Problems) : SeedProgress;
}

internal sealed partial class SeedSubscriptionsHandler(
    ISubscriptionStore store, SeedPatterns patterns, WebhookSecrets secrets, ILogger<SeedSubscriptionsHandler> log) : IStreamCommandHandler<SeedSubscriptions, SeedProgress>
{
    /// <summary>Patients whose keys are put in order before they are stored, so that neighbours are written together: 24 bytes each.</summary>
    internal const int ChunkSize = 1_000_000;

    internal const int BatchSize = 2_000;
    private const int GenericShare = 100;

    public async IAsyncEnumerable<SeedProgress> Handle(SeedSubscriptions command, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (patterns.Prepare(command, out var seed) is { Count: > 0 } problems)
        {
            yield return new SeedProgress.Refused(problems);
            yield break;
        }

        foreach (var destination in seed.Destinations) await secrets.PrepareAsync(destination, null, cancellationToken);
        var generic = command.Count / GenericShare;
        var total = command.Count + command.Rules;
        var (stored, firstPatient, firstPractice) = (0, 0L, 0);
        await foreach (var count in StoreAsync(seed.Rules(command.Rules), cancellationToken)) yield return new SeedProgress.Stored(stored += count, total);
        var rules = stored;

        // What is there already is left out, so that a second seed goes on after the first.
        for (var missing = generic; missing > 0;)
        {
            var asked = Math.Min(missing, ChunkSize);
            await foreach (var count in StoreAsync(seed.Generic(firstPractice, asked), cancellationToken))
            {
                missing -= count;
                yield return new SeedProgress.Stored(stored += count, total);
            }

            firstPractice += asked;
        }

        for (var missing = command.Count - generic; missing > 0;)
        {
            var chunk = seed.Patients(ref firstPatient, Math.Min(missing, ChunkSize));
            await foreach (var count in StoreAsync(seed.Explicit(chunk), cancellationToken))
            {
                missing -= count;
                yield return new SeedProgress.Stored(stored += count, total);
            }
        }

        LogSeeded(stored);
        yield return new SeedProgress.Done(command.Count - generic, generic, rules);
    }

    /// <summary>The next batch is made while the last is written; live writes come between.</summary>
    private async IAsyncEnumerable<int> StoreAsync(IEnumerable<NewSubscription> subscriptions, [EnumeratorCancellation] CancellationToken cancel)
    {
        Task<int>? writing = null;
        foreach (var batch in subscriptions.Chunk(BatchSize))
        {
            cancel.ThrowIfCancellationRequested();
            if (writing is not null) yield return await writing;
            writing = store.CreateManyAsync(batch, cancel);
        }

        if (writing is not null) yield return await writing;
    }

    [LoggerMessage(EventId = 4008, EventName = "subscriptions.seeded", Level = LogLevel.Information, Message = "{Count} subscriptions were seeded")]
    private partial void LogSeeded(int count);
}
