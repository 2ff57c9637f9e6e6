namespace Nems.Hosting;

/// <summary>Where the registry stands.</summary>
public sealed class RegistryOptions
{
    public const string Section = "Nems";

    /// <summary>
    /// Path of the registry file, relative to the content root; changes to it are taken up within seconds. Without one,
    /// Development uses the sample that ships with the service and every other environment refuses to start.
    /// </summary>
    public string? RegistryFile { get; set; }
}
