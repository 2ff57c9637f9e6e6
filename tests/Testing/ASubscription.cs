using System.Text;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Subscribe;

namespace Nems.Testing;

/// <summary>Subscriptions as the stores keep them. Change what a test is about by <c>with</c>.</summary>
public static class ASubscription
{
    public static Subscription To(PatientKey patient) => Under(KeyedHash.ExplicitMatchKey(patient));

    public static Subscription ByRule(string rule, string code, EventType type) => Under($"{rule}:{code}:{type.Code}");

    /// <summary>With the resource that was sent, as the store takes it.</summary>
    public static StoredSubscription Stored(this Subscription subscription) => new(
        subscription, Encoding.UTF8.GetBytes($"<Subscription xmlns=\"http://hl7.org/fhir\"><id value=\"{subscription.Id}\"/></Subscription>"),
        new FhirForm(FhirRelease.Stu3, FhirFormat.Xml));

    /// <summary>A duplicate key nobody else has.</summary>
    public static UInt128 SomeDuplicateKey() => AnEvent.SomeNumber();

    private static Subscription Under(string matchKey) => new()
    {
        Id = new SubscriptionId(Guid.CreateVersion7()),
        MatchKey = matchKey,
        Organisation = "T8T9T",
        State = SubscriptionState.Active,
        Events = 1 << EventType.Death.Index | 1 << EventType.ChangeOfAddress.Index,
        Ages = [],
        GpRegistration = GpRegistration.Any,
        CreatedAt = AnEvent.AcceptedAt.AddDays(-1),
        ActiveSince = AnEvent.AcceptedAt.AddDays(-1),
        EndsAt = null,
        Destination = ADestination.Webhook(),
        Tag = null,
        VersionId = "1",
    };
}
