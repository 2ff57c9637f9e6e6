using Microsoft.Extensions.Options;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Match;
using Nems.Core.Ports;

namespace Nems.Core.Demographics;

/// <summary>What is known of a patient's flags before an attempt.</summary>
public enum FlagState
{
    MayFlow,

    /// <summary>An S or I flag: it must not be sent.</summary>
    Flagged,

    /// <summary>The source cannot say now: it is not sent now.</summary>
    Unknown,
}

/// <summary>
/// Asks again for S and I flags before an attempt, where the last answer is too old (design promise 4, decision 3.12). A first
/// attempt soon after matching relies on the match's own answer. Fails closed.
/// </summary>
internal sealed class FlagCheck(IDemographics demographics, EventMessageReader reader, IOptions<MatchOptions> options, TimeProvider clock)
{
    /// <summary>Whether the last answer is too old to rely on. Costs nothing where no source is configured.</summary>
    public bool MustAsk(OpenDelivery delivery) =>
        demographics.IsConfigured && (delivery.FactsAsOf is not { } asOf || clock.GetUtcNow() - asOf > options.Value.FlagsNotOlderThan);

    /// <summary>Asks about each patient whose facts the event was matched by. The numbers are in the body alone.</summary>
    public async ValueTask<FlagState> AskAsync(OpenDelivery delivery, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        if (reader.Read(body, delivery.Form, null).Message is not { } message) return FlagState.Unknown;
        var asOf = clock.GetUtcNow();
        var (state, said) = await AskAsync(message.Routing.NhsNumber, cancel);
        if (said < asOf) asOf = said.Value;
        if (state == FlagState.MayFlow && message.Routing.ResidentNumber != message.Routing.NhsNumber)
        {
            (state, said) = await AskAsync(message.Routing.ResidentNumber, cancel);
            if (said < asOf) asOf = said.Value;
        }

        // As old as the source says: an answer that it gave some minutes ago is not new because we asked now.
        if (state == FlagState.MayFlow) delivery.FactsAsOf = asOf;
        return state;
    }

    private async ValueTask<(FlagState State, DateTimeOffset? AsOf)> AskAsync(NhsNumber? number, CancellationToken cancel)
    {
        if (number is null) return (FlagState.MayFlow, null);
        return await demographics.LookUpAsync(number, options.Value.FlagsNotOlderThan, cancel) switch
        {
            DemographicsAnswer.Found { Record.MayFlow: true } found => (FlagState.MayFlow, found.Record.AsOf),
            DemographicsAnswer.NoRecord => (FlagState.MayFlow, null),
            DemographicsAnswer.Found => (FlagState.Flagged, null),
            DemographicsAnswer.Unavailable => (FlagState.Unknown, null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
