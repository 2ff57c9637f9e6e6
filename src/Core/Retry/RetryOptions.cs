using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Nems.Core.Retry;

/// <summary>When a failed delivery is tried again.</summary>
public sealed class RetryOptions
{
    public const string Section = "Nems:Retry";

    /// <summary>5 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: about 75.6 h in all.</summary>
    public static readonly IReadOnlyList<TimeSpan> DefaultSchedule =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>The delay after each failed attempt; after the last comes the dead letter. Empty means <see cref="DefaultSchedule"/>.</summary>
    [MaxLength(50)]
    public IList<TimeSpan> Schedule { get; set; } = [];

    /// <summary>Each delay is stretched or shortened by up to this share, by chance. 0 to 0.5.</summary>
    [Range(0, 0.5)]
    public double Jitter { get; set; } = 0.2;

    /// <summary>What a fault of our own waits before the same attempt is made again.</summary>
    public TimeSpan OwnFaultDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>While a destination's breaker is open, probes are at most this far apart.</summary>
    public TimeSpan ProbeAtMost { get; set; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class RetryOptionsValidator : IValidateOptions<RetryOptions>;
