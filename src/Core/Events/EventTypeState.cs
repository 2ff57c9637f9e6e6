namespace Nems.Core.Events;

/// <summary>The state of an event type: what its publishers and new subscribers are told.</summary>
public enum EventTypeState
{
    Active,
    Deprecated,
    NoLongerSupported,
    Withdrawn,
}
