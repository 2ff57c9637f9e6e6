using System.Collections.Frozen;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Ports;
using Nems.Core.Registry;
using Nems.Core.Subscribe;
using Nems.Core.Tests.Fhir;

namespace Nems.Core.Tests.Subscribe;

/// <summary>The subscription use cases over a store and secrets in memory, for two systems of two organisations.</summary>
internal sealed class SubscribeFixture : IRegistry
{
    internal static readonly FhirForm Xml = new(FhirRelease.Stu3, FhirFormat.Xml);

    private readonly CreateSubscriptionHandler create;
    private readonly ReadSubscriptionHandler read;
    private readonly DeleteSubscriptionHandler delete;

    internal SubscribeFixture(EventLifeCycleOptions? lifeCycle = null, params string[] allowHosts)
    {
        var hash = Hash;
        create = new CreateSubscriptionHandler(
            Store,
            this,
            new SubscriptionRights(new EventLifeCycle(Options.Create(lifeCycle ?? new EventLifeCycleOptions()))),
            new EndpointRules(new DestinationIdentity(hash), Options.Create(new EgressOptions { AllowHosts = allowHosts })),
            new WebhookSecrets(Secrets, Clock),
            hash,
            Options.Create(Begin),
            Trail,
            Clock,
            NullLogger<CreateSubscriptionHandler>.Instance);
        read = new ReadSubscriptionHandler(Store, Trail, Clock);
        delete = new DeleteSubscriptionHandler(Store, Trail, Clock, NullLogger<DeleteSubscriptionHandler>.Instance);
        Caller = new Caller(Child, "RR8");
        Stranger = new Caller(Practice, "B86056");
        Current = new RegistrySnapshot(
            1,
            "111111111111",
            [Child, Practice],
            [new RegisteredOrganisation("RR8", "A service", ["hooks.rr8.example", "127.0.0.1:18777"])],
            [
                new RegisteredMailbox("RR8OT001", "RR8", ["*"], true, null, null),
                new RegisteredMailbox("B86056OT001", "B86056", ["*"], true, null, null),
            ],
            []);
    }

    /// <summary>How subscriptions begin; a test may change it.</summary>
    internal SubscriptionOptions Begin { get; } = new();

    internal static KeyedHash Hash => new(new ServiceKeys(new byte[32], new byte[32], new byte[32]));

    internal FakeStore Store { get; } = new();

    internal FakeTrail Trail { get; } = new();

    internal FakeSecrets Secrets { get; } = new();

    internal FakeTimeProvider Clock { get; } = new(ASubscription.Now.AddTicks(1_234_567));

    internal Caller Caller { get; init; }

    internal Caller Stranger { get; }

    public RegistrySnapshot Current { get; }

    internal static RegisteredSystem Child { get; } = System("200000000161", "RR8");

    internal static RegisteredSystem Practice { get; } = System("200000000162", "B86056");

    internal Task<CreateSubscriptionResult> CreateAsync(ASubscription sent, Caller? caller = null) =>
        create.Handle(new CreateSubscription(caller ?? Caller, sent.Xml, Xml), TestContext.Current.CancellationToken).AsTask();

    internal async Task<CreateSubscriptionResult.Created> CreatedAsync(ASubscription sent, Caller? caller = null)
    {
        var result = await CreateAsync(sent, caller);
        Assert.True(result is not CreateSubscriptionResult.Refused refused, string.Join("; ", (result as CreateSubscriptionResult.Refused)?.Problems ?? []));
        return (CreateSubscriptionResult.Created)result;
    }

    internal async Task<CreateSubscriptionResult.Refused> RefusedAsync(ASubscription sent, Caller? caller = null) =>
        Assert.IsType<CreateSubscriptionResult.Refused>(await CreateAsync(sent, caller));

    internal Task<ReadSubscriptionResult> ReadAsync(string id, Caller? caller = null) =>
        read.Handle(new ReadSubscription(caller ?? Caller, id, FhirFormat.Json), TestContext.Current.CancellationToken).AsTask();

    internal Task<DeleteSubscriptionResult> DeleteAsync(string id, Caller? caller = null) =>
        delete.Handle(new DeleteSubscription(caller ?? Caller, id), TestContext.Current.CancellationToken).AsTask();

    private static RegisteredSystem System(string asid, string ods) => new()
    {
        Asid = asid,
        Name = "A system",
        Organisations = new[] { ods }.ToFrozenSet(StringComparer.Ordinal),
        Publishes = 0,
        IsPds = false,
        MaySubscribeExplicitly = true,
        MaySubscribeByRule = true,
        SubscribesTo = 0x3FF,
        Scheme = TokenScheme.Spine,
        CertificateThumbprints = FrozenSet<string>.Empty,
    };
}
