namespace Nems.Core.Events;

/// <summary>When event types leave service.</summary>
public sealed class EventLifeCycleOptions
{
    public const string Section = "Nems:Events";

    /// <summary>By event code; a type that is not named is active for good.</summary>
    public Dictionary<string, EventLifeCycleDates> LifeCycle { get; init; } = new(StringComparer.Ordinal);
}
