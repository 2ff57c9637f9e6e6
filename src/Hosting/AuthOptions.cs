using Nems.Core.Registry;

namespace Nems.Hosting;

/// <summary>How callers of this deployment prove who they are.</summary>
public sealed class AuthOptions
{
    public const string Section = "Nems:Auth";

    /// <summary>The one scheme allowed here. Without it, Development takes <c>Spine</c> and every other environment refuses to start.</summary>
    public TokenScheme? Scheme { get; set; }

    /// <summary>
    /// The public addresses of this service (<c>https://host</c> or <c>https://host:port</c>). A signed token must name an
    /// address at one of them in <c>aud</c>; paths do not matter. Empty is for Development alone, and then means loopback.
    /// </summary>
    public IReadOnlyList<string> Audience { get; init; } = [];
}
