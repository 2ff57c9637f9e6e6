namespace Nems.Pds;

/// <summary>Why PDS gave no answer. A closed set: safe as a label and in a log.</summary>
internal enum PdsFault
{
    Connect,
    Timeout,
    Stopping,

    /// <summary>It has the trouble itself: 408 or 5xx.</summary>
    Troubled,

    /// <summary>429, or 503 with a time to wait.</summary>
    TooMany,

    /// <summary>Any other status, redirects included.</summary>
    Refused,
    Malformed,
    TooLarge,

    /// <summary>No access token was to be had.</summary>
    NoToken,

    /// <summary>It asked for a pause that lasts still.</summary>
    Paused,

    /// <summary>More look-ups wait than the permitted calls can serve soon.</summary>
    Crowded,
}
