using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Nems.Core.Problems;

namespace Nems.Core.Events;

/// <summary>
/// Knows the state of each event type at each moment (NEMS specification, event life cycle states). Pure; a call costs a few
/// comparisons, and nothing at all for a type that never leaves service.
/// </summary>
public sealed class EventLifeCycle
{
    private readonly Changes?[] changes = new Changes?[EventType.All.Count];

    public EventLifeCycle(IOptions<EventLifeCycleOptions> options)
    {
        foreach (var (code, dates) in options.Value.LifeCycle)
        {
            if (EventType.TryParse(code, out var type)) changes[type.Index] = new Changes(dates);
        }
    }

    public EventTypeState StateOf(EventType type, DateTimeOffset at) => changes[type.Index] switch
    {
        null => EventTypeState.Active,
        var change when at >= change.Withdrawn => EventTypeState.Withdrawn,
        var change when at >= change.NoLongerSupported => EventTypeState.NoLongerSupported,
        var change when at >= change.Deprecated => EventTypeState.Deprecated,
        _ => EventTypeState.Active,
    };

    /// <summary>What goes with an event published at this moment: nothing, a warning beside the 202, or the refusal of a withdrawn type.</summary>
    public Problem? OnPublish(EventType type, DateTimeOffset at) => StateOf(type, at) switch
    {
        EventTypeState.Active => null,
        EventTypeState.Deprecated => Say(SpineCode.Deprecated, type, "Bundle.entry[0].resource.event"),
        EventTypeState.NoLongerSupported => Say(SpineCode.NoLongerSupported, type, "Bundle.entry[0].resource.event"),
        EventTypeState.Withdrawn => Say(SpineCode.Withdrawn, type, "Bundle.entry[0].resource.event"),
        _ => throw new UnreachableException(),
    };

    /// <summary>What goes with a subscription made at this moment: nothing, a warning beside the 201, or a refusal.</summary>
    public Problem? OnSubscribe(EventType type, DateTimeOffset at) => StateOf(type, at) switch
    {
        EventTypeState.Active => null,
        EventTypeState.Deprecated => Say(SpineCode.Deprecated, type, "Subscription.criteria"),
        EventTypeState.NoLongerSupported => Say(SpineCode.NoLongerSupportedForSubscription, type, "Subscription.criteria"),
        EventTypeState.Withdrawn => Say(SpineCode.WithdrawnForSubscription, type, "Subscription.criteria"),
        _ => throw new UnreachableException(),
    };

    private Problem Say(SpineCode code, EventType type, string location)
    {
        var dates = changes[type.Index]!.Dates; // a state other than active comes from dates
        var (words, day) = code.Code switch
        {
            "DEPRECATED" => ("deprecated", dates.DeprecatedFrom),
            "NO_LONGER_SUPPORTED" => ("no longer supported", dates.NoLongerSupportedFrom),
            _ => ("withdrawn", dates.WithdrawnFrom),
        };
        var more = dates.MoreUrl is null ? "" : $" See {dates.MoreUrl.AbsoluteUri}";
        var diagnostics = $"{type.Display} ({type.Code}) is {words} from {day?.ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture)}.{more}";
        return new Problem(code, diagnostics, location);
    }

    private sealed class Changes(EventLifeCycleDates dates)
    {
        public EventLifeCycleDates Dates { get; } = dates;

        public DateTimeOffset Deprecated { get; } = MidnightOf(dates.DeprecatedFrom);

        public DateTimeOffset NoLongerSupported { get; } = MidnightOf(dates.NoLongerSupportedFrom);

        public DateTimeOffset Withdrawn { get; } = MidnightOf(dates.WithdrawnFrom);

        private static DateTimeOffset MidnightOf(DateOnly? day)
        {
            if (day is null) return DateTimeOffset.MaxValue;
            var midnight = new DateTimeOffset(day.Value.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            return London.DateOf(midnight.AddHours(-1)) == day ? midnight.AddHours(-1) : midnight;
        }
    }
}
