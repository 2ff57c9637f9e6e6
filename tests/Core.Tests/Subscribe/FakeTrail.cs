using Nems.Core.Audit;
using Nems.Core.Events;
using Nems.Core.Ports;
using Nems.Core.Subscribe;

namespace Nems.Core.Tests.Subscribe;

/// <summary>A trail in memory.</summary>
internal sealed class FakeTrail : IAuditTrail
{
    public List<AuditEntry> Entries { get; } = [];

    public Task AppendAsync(AuditEntry entry, CancellationToken cancel)
    {
        Entries.Add(entry);
        return Task.CompletedTask;
    }

    public ValueTask<IReadOnlyList<AuditEntry>> ReadAsync(EventId about, int limit, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<AuditEntry>>([.. Entries.Where(entry => entry.Event == about).Take(limit)]);

    public ValueTask<IReadOnlyList<AuditEntry>> ReadAsync(SubscriptionId about, int limit, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<AuditEntry>>([.. Entries.Where(entry => entry.Subscription == about).Take(limit)]);
}
