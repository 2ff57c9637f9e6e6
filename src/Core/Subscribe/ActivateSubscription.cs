using System.Diagnostics;
using Mediator;
using Microsoft.Extensions.Logging;
using Nems.Core.Ports;

namespace Nems.Core.Subscribe;

/// <summary>Use case: an operator who has reviewed a requested subscription makes it active. Events accepted from then on match it.</summary>
/// <param name="Id">As it stands in the address.</param>
/// <param name="Operator">Who asks.</param>
public sealed record ActivateSubscription(string Id, string Operator) : ICommand<ActivateSubscriptionResult>;

/// <summary>What became of an activation.</summary>
public abstract record ActivateSubscriptionResult
{
    private ActivateSubscriptionResult()
    {
    }

    /// <summary>It is active: by this call or before it.</summary>
    public sealed record Active(SubscriptionId Id) : ActivateSubscriptionResult;

    /// <summary>It has ended, and stays off.</summary>
    public sealed record Ended : ActivateSubscriptionResult;

    public sealed record NotFound : ActivateSubscriptionResult;
}

internal sealed partial class ActivateSubscriptionHandler(ISubscriptionStore store, TimeProvider clock, ILogger<ActivateSubscriptionHandler> log)
    : ICommandHandler<ActivateSubscription, ActivateSubscriptionResult>
{
    public async ValueTask<ActivateSubscriptionResult> Handle(ActivateSubscription command, CancellationToken cancellationToken)
    {
        if (!SubscriptionId.TryParse(command.Id, out var id)) return new ActivateSubscriptionResult.NotFound();
        switch (await store.ActivateAsync(id, clock.GetUtcNow(), command.Operator, cancellationToken))
        {
            case ActivateOutcome.Activated activated:
                LogActivated(id, activated.Subscription.Organisation, command.Operator);
                return new ActivateSubscriptionResult.Active(id);
            case ActivateOutcome.NotRequested { State: SubscriptionState.Active }: return new ActivateSubscriptionResult.Active(id);
            case ActivateOutcome.NotRequested: return new ActivateSubscriptionResult.Ended();
            case ActivateOutcome.NotFound: return new ActivateSubscriptionResult.NotFound();
            default: throw new UnreachableException();
        }
    }

    [LoggerMessage(EventId = 4005, EventName = "subscription.activated", Level = LogLevel.Information,
        Message = "Subscription {Subscription} of {Organisation} activated by {Operator}")]
    private partial void LogActivated(SubscriptionId subscription, string organisation, string @operator);
}
