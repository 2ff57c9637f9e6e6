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
        var asked = clock.GetUtcNow();
        var state = await AskAsync(message.Routing.NhsNumber, cancel);
        if (state == FlagState.MayFlow && message.Routing.ResidentNumber != message.Routing.NhsNumber)
            state = await AskAsync(message.Routing.ResidentNumber, cancel);
        if (state == FlagState.MayFlow) delivery.FactsAsOf = asked;
        return state;
    }

    private async ValueTask<FlagState> AskAsync(NhsNumber? number, CancellationToken cancel)
    {
        if (number is null) return FlagState.MayFlow;
        return await demographics.LookUpAsync(number, options.Value.FlagsNotOlderThan, cancel) switch
        {
            DemographicsAnswer.Found { Record.MayFlow: true } or DemographicsAnswer.NoRecord => FlagState.MayFlow,
            DemographicsAnswer.Found => FlagState.Flagged,
            DemographicsAnswer.Unavailable => FlagState.Unknown,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
