namespace Nems.Core.Events;

/// <summary>The days on which a type changes its state, each at 00:00 UK time. A state without a day is not entered.</summary>
public sealed class EventLifeCycleDates
{
    public DateOnly? DeprecatedFrom { get; init; }

    public DateOnly? NoLongerSupportedFrom { get; init; }

    public DateOnly? WithdrawnFrom { get; init; }

    /// <summary>A page about the change, named in the warnings.</summary>
    public Uri? MoreUrl { get; init; }
}
