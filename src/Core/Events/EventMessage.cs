namespace Nems.Core.Events;

/// <summary>An event message that passed every rule: what the service needs to know of it. The bytes travel beside it.</summary>
/// <param name="Type">One of the ten event types.</param>
/// <param name="MessageEventType">new, update or delete.</param>
/// <param name="Form">Release and syntax of the bytes.</param>
/// <param name="Routing">The patient facts that matching may use.</param>
/// <param name="OccurredOn">
/// The date on which the event happened, in Europe/London, for ages: <c>meta.lastUpdated</c>, else the timestamp, else null
/// (then the moment of acceptance is meant).
/// </param>
public sealed record EventMessage(
    EventType Type, MessageEventType MessageEventType, FhirForm Form, RoutingDemographics Routing, DateOnly? OccurredOn)
{
    public override string ToString() => Type.Code;
}
