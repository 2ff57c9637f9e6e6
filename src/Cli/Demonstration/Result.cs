using Nems.Cli.Receiving;

namespace Nems.Cli.Demonstration;

/// <summary>What became of one message of the demonstration.</summary>
/// <param name="Status">The service's answer to the publisher.</param>
/// <param name="Accepted">From sending to that answer.</param>
/// <param name="Arrived">From sending to the webhook; null when none came.</param>
/// <param name="SameBytes">The body is byte for byte what was published.</param>
internal sealed record Result(
    string Sample, string EventType, string Publisher, int Status, string? EventId, TimeSpan Accepted,
    TimeSpan? Arrived, SignatureCheck? Signature, bool SameBytes, string? Sequence)
{
    public bool IsAsPromised => Arrived is not null && Signature == SignatureCheck.Verified && SameBytes;
}
