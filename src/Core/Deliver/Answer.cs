namespace Nems.Core.Deliver;

/// <summary>What became of one attempt. Channels report it; the retry policy alone decides what follows.</summary>
public enum AttemptOutcome
{
    /// <summary>2xx, by the status line alone.</summary>
    Delivered,

    /// <summary>400, 413, 415, 422: the receiver cannot digest this message.</summary>
    MessageRefused,

    /// <summary>401, 403, 404, 405: the receiver does not let us in.</summary>
    AccessRefused,

    /// <summary>Any other answer: 3xx, 408, 425, 429, 5xx, and what is no HTTP answer.</summary>
    NotNow,

    /// <summary>No answer: connect, TLS, reset, time limit; also an address the egress guard refuses.</summary>
    Unreachable,

    /// <summary>410: the receiver wants no more.</summary>
    Gone,

    /// <summary>A fault on our side (name resolver, proxy, our own store): uses up no attempt.</summary>
    OwnFault,
}

/// <summary>The report of one attempt. Holds nothing that the receiver wrote.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Status">The HTTP status, where there was one.</param>
/// <param name="RetryAfter">What the receiver asked for in <c>Retry-After</c>, up to 24 h.</param>
/// <param name="Reason">A short word of our own, e.g. <c>timeout</c>, <c>tls</c>, <c>address-refused</c>; a closed set per channel.</param>
public sealed record Answer(AttemptOutcome Outcome, int? Status = null, TimeSpan? RetryAfter = null, string? Reason = null)
{
    public static readonly Answer Ok = new(AttemptOutcome.Delivered, 200);
}
