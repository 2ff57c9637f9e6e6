using Nems.Core.Registry;

namespace Nems.Hosting;

/// <summary>What a registry file says, and all that is wrong with it.</summary>
/// <param name="Snapshot">Null when something is wrong.</param>
/// <param name="Findings">Every mistake with its place.</param>
internal sealed record RegistryReading(RegistrySnapshot? Snapshot, RegistryFindings Findings);
