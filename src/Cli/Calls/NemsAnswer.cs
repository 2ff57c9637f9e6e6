namespace Nems.Cli.Calls;

/// <summary>What the service said, or why nobody answered.</summary>
internal sealed record NemsAnswer
{
    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public required int Status { get; init; }

    /// <summary>Why there was no answer; null when there was one.</summary>
    public string? Fault { get; init; }

    /// <summary>The id that the service gave to an accepted event.</summary>
    public string? EventId { get; init; }

    /// <summary>The address of a created subscription.</summary>
    public Uri? Location { get; init; }

    /// <summary>The signing secret of an endpoint, which is shown once.</summary>
    public string? Secret { get; init; }

    public IReadOnlyList<OutcomeIssue> Issues { get; init; } = [];

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The last segment of <see cref="Location"/>: the subscription's id.</summary>
    public string? CreatedId => Location?.ToString().TrimEnd('/').Split('/')[^1];

    public string Summary => Fault ?? $"HTTP {Status}";

    public static NemsAnswer NoAnswer(string fault) => new() { Status = 0, Fault = fault };
}
