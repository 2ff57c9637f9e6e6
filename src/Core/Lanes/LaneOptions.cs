using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Nems.Core.Lanes;

/// <summary>How much one destination may have in flight and in memory.</summary>
public sealed class LaneOptions
{
    public const string Section = "Nems:Lanes";

    /// <summary>Attempts in flight to one destination at a time.</summary>
    [Range(1, 1000)]
    public int Concurrency { get; set; } = 32;

    /// <summary>Deliveries of one destination held in memory; what is beyond waits on disk.</summary>
    [Range(10, 1_000_000)]
    public int Window { get; set; } = 10_000;

    /// <summary>Deliveries of one destination that stepped aside and are held in memory; what is beyond waits on disk until due.</summary>
    [Range(10, 1_000_000)]
    public int AsideWindow { get; set; } = 10_000;

    /// <summary>Bytes of event bodies held in memory for all destinations together; what is beyond is read again when sent.</summary>
    [Range(0, long.MaxValue)]
    public long BodyBytes { get; set; } = 128 * 1024 * 1024;
}

/// <summary>The order of one patient's events.</summary>
public sealed class OrderOptions : IValidatableObject
{
    public const string Section = "Nems:Order";

    /// <summary>
    /// How long a delivery that fails holds back its patient's later ones at the same destination, from its first failure, while
    /// the breaker is closed. <c>0</c> never holds; <c>Infinite</c> always.
    /// </summary>
    [Required]
    public string HoldFor { get; set; } = "00:15:00";

    /// <summary><see cref="HoldFor"/> as a time; <see cref="TimeSpan.MaxValue"/> for <c>Infinite</c>.</summary>
    public TimeSpan Hold => TryHold(out var hold) ? hold : throw new InvalidOperationException("Nems:Order:HoldFor was not validated.");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TryHold(out _))
            yield return new ValidationResult("Nems:Order:HoldFor must be a time such as 00:15:00, 0 or Infinite.", [nameof(HoldFor)]);
    }

    private bool TryHold(out TimeSpan hold)
    {
        hold = TimeSpan.MaxValue;
        return string.Equals(HoldFor, "Infinite", StringComparison.OrdinalIgnoreCase)
            || (TimeSpan.TryParse(HoldFor, CultureInfo.InvariantCulture, out hold) && hold >= TimeSpan.Zero);
    }
}

[OptionsValidator]
internal sealed partial class LaneOptionsValidator : IValidateOptions<LaneOptions>;

[OptionsValidator]
internal sealed partial class OrderOptionsValidator : IValidateOptions<OrderOptions>;
