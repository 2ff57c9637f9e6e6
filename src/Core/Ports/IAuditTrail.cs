using Nems.Core.Audit;
using Nems.Core.Events;
using Nems.Core.Subscribe;

namespace Nems.Core.Ports;

/// <summary>
/// The append-only trail. Acceptances and attempts are written by the stores together with what they record; other facts by
/// <see cref="AppendAsync"/>. Rows are never changed; reading gives the order of writing.
/// </summary>
public interface IAuditTrail
{
    /// <summary>Durable once it returns.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancel);

    ValueTask<IReadOnlyList<AuditEntry>> ReadAsync(EventId about, int limit, CancellationToken cancel);

    ValueTask<IReadOnlyList<AuditEntry>> ReadAsync(SubscriptionId about, int limit, CancellationToken cancel);
}
