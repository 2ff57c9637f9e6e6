using Mediator;
using Microsoft.Extensions.Logging;
using Nems.Core.Audit;
using Nems.Core.Ports;
using Nems.Core.Registry;

namespace Nems.Core.Subscribe;

/// <summary>Deletes a subscription of the caller's own organisations. Once it returns, no later event matches and nothing more is sent for it.</summary>
/// <param name="Caller">Who asks; proven.</param>
/// <param name="Id">As it stands in the address.</param>
public sealed record DeleteSubscription(Caller Caller, string Id) : ICommand<DeleteSubscriptionResult>
{
    public override string ToString() => nameof(DeleteSubscription);
}

/// <summary>What became of a delete.</summary>
public abstract record DeleteSubscriptionResult
{
    private DeleteSubscriptionResult()
    {
    }

    public sealed record Deleted(SubscriptionId Id) : DeleteSubscriptionResult;

    /// <summary>There is none of this id, or it is another's: the two cannot be told apart.</summary>
    public sealed record NotFound : DeleteSubscriptionResult;
}

internal sealed partial class DeleteSubscriptionHandler(
    ISubscriptionStore store, IAuditTrail audit, TimeProvider clock, ILogger<DeleteSubscriptionHandler> log) : ICommandHandler<DeleteSubscription, DeleteSubscriptionResult>
{
    public async ValueTask<DeleteSubscriptionResult> Handle(DeleteSubscription command, CancellationToken cancellationToken)
    {
        if (!SubscriptionId.TryParse(command.Id, out var id)
            || await store.ReadAsync(id, cancellationToken) is not { } stored
            || !SubscriptionRights.IsOwner(command.Caller, stored.Subscription)
            || !await store.DeleteAsync(id, cancellationToken))
            return new DeleteSubscriptionResult.NotFound();

        await audit.AppendAsync(
            SubscriptionAudit.Entry(AuditAction.SubscriptionDeleted, command.Caller, stored.Subscription, clock.GetUtcNow()),
            CancellationToken.None); // it is gone: the record of it must follow
        LogDeleted(id, stored.Subscription.Organisation, command.Caller.System.Asid);
        return new DeleteSubscriptionResult.Deleted(id);
    }

    [LoggerMessage(EventId = 4004, EventName = "subscription.deleted", Level = LogLevel.Information,
        Message = "Subscription {Subscription} of {Organisation} deleted by {Asid}")]
    private partial void LogDeleted(SubscriptionId subscription, string organisation, string asid);
}
