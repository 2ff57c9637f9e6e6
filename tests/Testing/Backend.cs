using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Nems.Core.Ports;

namespace Nems.Testing;

/// <summary>
/// One platform's adapters of the ports, with a real store of the test's own. The contract suite is written against this;
/// a further platform is a further derived class.
/// </summary>
public abstract class Backend : IAsyncDisposable
{
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    public abstract IServiceProvider Services { get; }

    public IEventStore Events => Services.GetRequiredService<IEventStore>();

    public IDeliveryStore Deliveries => Services.GetRequiredService<IDeliveryStore>();

    public ISubscriptionStore Subscriptions => Services.GetRequiredService<ISubscriptionStore>();

    public IAuditTrail Audit => Services.GetRequiredService<IAuditTrail>();

    public IUsedTokens UsedTokens => Services.GetRequiredService<IUsedTokens>();

    public IEndpointSecrets Secrets => Services.GetRequiredService<IEndpointSecrets>();

    public IReferenceData Reference => Services.GetRequiredService<IReferenceData>();

    public IReferenceEditions ReferenceEditions => Services.GetRequiredService<IReferenceEditions>();

    public abstract Task StartAsync();

    /// <summary>Ends the adapters and makes them anew on the same state, as a restart of the process does.</summary>
    public abstract Task RestartAsync();

    public abstract ValueTask DisposeAsync();
}
