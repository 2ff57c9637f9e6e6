using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Nems.Embedded;

/// <summary>Where the embedded state lives, and how much may wait to be written.</summary>
public sealed class EmbeddedOptions
{
    public const string Section = "Nems";

    /// <summary>The directory of the store, its keys and its lock. One process owns it at a time.</summary>
    [Required]
    public string DataDirectory { get; set; } = "./nems-data";

    /// <summary>Writes that may wait for a commit; beyond, publishing answers 503.</summary>
    [Range(1, 1_000_000)]
    public int WaitingWrites { get; set; } = 4096;
}

[OptionsValidator]
internal sealed partial class EmbeddedOptionsValidator : IValidateOptions<EmbeddedOptions>;
