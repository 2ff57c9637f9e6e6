using Nems.Core.Audit;
using Nems.Core.Registry;

namespace Nems.Core.Subscribe;

/// <summary>The audit entry of a call about a subscription.</summary>
internal static class SubscriptionAudit
{
    internal static AuditEntry Entry(AuditAction action, Caller caller, Subscription subscription, DateTimeOffset at) => new()
    {
        At = at,
        Action = action,
        Asid = caller.System.Asid,
        Organisation = caller.Organisation,
        Subscription = subscription.Id,
        Destination = subscription.Destination.Id,
    };
}
