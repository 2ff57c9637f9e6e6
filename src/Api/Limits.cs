using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Nems.Api;

/// <summary>What Kestrel lets in. Larger bodies are refused by the endpoints, which answer with an OperationOutcome.</summary>
internal static class Limits
{
    /// <summary>The largest event message, in bytes of decoded body: 3 × 1024 × 1024 (NEMS specification 3.2).</summary>
    public const int LargestBody = 3_145_728;

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
