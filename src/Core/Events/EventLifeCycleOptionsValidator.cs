using Microsoft.Extensions.Options;

namespace Nems.Core.Events;

/// <summary>A start with an unknown event code, or with days that do not follow one another, is refused.</summary>
internal sealed class EventLifeCycleOptionsValidator : IValidateOptions<EventLifeCycleOptions>
{
    public ValidateOptionsResult Validate(string? name, EventLifeCycleOptions options)
    {
        var faults = new List<string>();
        foreach (var (code, dates) in options.LifeCycle)
        {
            var path = $"{EventLifeCycleOptions.Section}:LifeCycle:{code}";
            if (!EventType.TryParse(code, out _)) faults.Add($"{path} is not one of the ten event codes.");
            if (dates.MoreUrl is { IsAbsoluteUri: false }) faults.Add($"{path}:MoreUrl is not an absolute address.");
            DateOnly[] days = [.. new[] { dates.DeprecatedFrom, dates.NoLongerSupportedFrom, dates.WithdrawnFrom }.OfType<DateOnly>()];
            if (!days.Order().SequenceEqual(days)) faults.Add($"{path}: a type is deprecated before it is no longer supported, and that before it is withdrawn.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
