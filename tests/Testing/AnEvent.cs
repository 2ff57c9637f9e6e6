using System.Text;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Match;
using Nems.Core.Publish;
using Nems.Core.Subscribe;

namespace Nems.Testing;

/// <summary>Events about to be accepted, as the stores take them. Change what a test is about by <c>with</c>.</summary>
public static class AnEvent
{
    public static readonly DateTimeOffset AcceptedAt = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public static NewEvent Death(PatientKey? patient = null) => New(EventType.Death, patient);

    public static NewEvent ChangeOfAddress(PatientKey? patient = null) => New(EventType.ChangeOfAddress, patient);

    /// <summary>A patient nobody else has.</summary>
    public static PatientKey SomePatient() => new(SomeNumber());

    /// <summary>A claim nobody else makes.</summary>
    public static IdempotencyClaim SomeClaim() => new(SomeNumber(), SomeNumber());

    /// <summary>The same event for one destination that one subscription named.</summary>
    public static PlannedDelivery For(Core.Deliver.Destination destination, params MatchedSubscription[] subscriptions) =>
        new(destination, subscriptions.Length > 0 ? subscriptions : [new MatchedSubscription(new SubscriptionId(Guid.NewGuid()), null)]);

    private static NewEvent New(EventType type, PatientKey? patient) => new()
    {
        Id = new EventId(Guid.CreateVersion7()),
        Type = type,
        Form = new FhirForm(FhirRelease.Stu3, FhirFormat.Xml),
        Patient = patient ?? SomePatient(),
        AcceptedAt = AcceptedAt,
        Asid = TestRegistry.Pds,
        Organisation = "X26",
        Facts = new MatchFacts([$"gp:B86056:{type.Code}"], 41, true),
        RightsVersion = 0,
        Body = Encoding.UTF8.GetBytes($"<Bundle xmlns=\"http://hl7.org/fhir\"><!-- {Guid.NewGuid():N} --></Bundle>"),
    };

    internal static UInt128 SomeNumber() => new((ulong)Random.Shared.NextInt64(), (ulong)Random.Shared.NextInt64());
}
