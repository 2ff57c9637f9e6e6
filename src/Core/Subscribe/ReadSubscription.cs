using Mediator;
using Nems.Core.Audit;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Ports;
using Nems.Core.Registry;

namespace Nems.Core.Subscribe;

/// <summary>Reads a subscription of the caller's own organisations.</summary>
/// <param name="Caller">Who asks; proven.</param>
/// <param name="Id">As it stands in the address.</param>
/// <param name="Format">The syntax of the answer.</param>
public sealed record ReadSubscription(Caller Caller, string Id, FhirFormat Format) : IQuery<ReadSubscriptionResult>
{
    public override string ToString() => nameof(ReadSubscription);
}

/// <summary>What became of a read.</summary>
public abstract record ReadSubscriptionResult
{
    private ReadSubscriptionResult()
    {
    }

    /// <param name="Resource">The resource as it was sent, with what the service assigned and no header value. Patient data.</param>
    /// <param name="VersionId">For the ETag.</param>
    /// <param name="LastModified">For the header of that name.</param>
    public sealed record Found(ReadOnlyMemory<byte> Resource, string VersionId, DateTimeOffset LastModified) : ReadSubscriptionResult
    {
        public override string ToString() => nameof(Found);
    }

    /// <summary>There is none of this id, or it is another's: the two cannot be told apart.</summary>
    public sealed record NotFound : ReadSubscriptionResult;
}

internal sealed class ReadSubscriptionHandler(ISubscriptionStore store, IAuditTrail audit, TimeProvider clock)
    : IQueryHandler<ReadSubscription, ReadSubscriptionResult>
{
    public async ValueTask<ReadSubscriptionResult> Handle(ReadSubscription query, CancellationToken cancellationToken)
    {
        if (!SubscriptionId.TryParse(query.Id, out var id)
            || await store.ReadAsync(id, cancellationToken) is not { } stored
            || !SubscriptionRights.IsOwner(query.Caller, stored.Subscription))
            return new ReadSubscriptionResult.NotFound();

        await audit.AppendAsync(
            SubscriptionAudit.Entry(AuditAction.SubscriptionRead, query.Caller, stored.Subscription, clock.GetUtcNow()), cancellationToken);
        var resource = SubscriptionWriter.Write(stored, query.Format);
        return new ReadSubscriptionResult.Found(resource, stored.Subscription.VersionId, stored.Subscription.LastUpdated);
    }
}
