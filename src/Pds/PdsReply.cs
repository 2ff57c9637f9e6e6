namespace Nems.Pds;

/// <summary>What came of one request with its quick retries: a status and a body, or a fault. Never prints the body.</summary>
/// <param name="Status">0 when none was received.</param>
/// <param name="Fault">Null for a status and a body received whole.</param>
/// <param name="SentAt">When the request that was answered went out: the answer is not newer.</param>
internal sealed record PdsReply(int Status, ReadOnlyMemory<byte> Body, PdsFault? Fault, TimeSpan? RetryAfter, DateTimeOffset SentAt)
{
    /// <summary>Worth a quick retry.</summary>
    public bool IsPassing => Fault == PdsFault.Connect || (Fault == PdsFault.Troubled && RetryAfter is null);

    public static PdsReply Of(PdsFault fault, TimeSpan? retryAfter = null) => new(0, default, fault, retryAfter, default);

    public override string ToString() => $"(PDS reply {Status} {Fault})";
}
