using Microsoft.Extensions.Options;

namespace Nems.Core.Match;

/// <summary>The choices that the specification leaves to a deployment.</summary>
public sealed class MatchOptions
{
    public const string Section = "Nems:Match";

    public ChangeOfGpOptions ChangeOfGp { get; set; } = new();

    /// <summary>
    /// An event for a superseded NHS number also matches subscriptions to the number that replaced it, where the source of
    /// demographics knows it. Off: the specification sends it under the old number alone.
    /// </summary>
    public bool Superseded { get; set; }

    /// <summary>How long an acceptance waits for demographics before the event is accepted and matched later.</summary>
    public TimeSpan WaitForDemographics { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How old an answer about flags may be when an attempt relies on it.</summary>
    public TimeSpan FlagsNotOlderThan { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Choices for a change of GP.</summary>
    public sealed class ChangeOfGpOptions
    {
        /// <summary>A change of GP also matches the GP rules of the practice that was left. Off: what discloses least.</summary>
        public bool Previous { get; set; }
    }
}

internal sealed class MatchOptionsValidator : IValidateOptions<MatchOptions>
{
    public ValidateOptionsResult Validate(string? name, MatchOptions options) =>
        options.WaitForDemographics < TimeSpan.Zero || options.WaitForDemographics > TimeSpan.FromSeconds(10) || options.FlagsNotOlderThan <= TimeSpan.Zero
            ? ValidateOptionsResult.Fail("Nems:Match:WaitForDemographics must be 0 to 10 s, Nems:Match:FlagsNotOlderThan more than 0.")
            : ValidateOptionsResult.Success;
}
