namespace Nems.Core.Retry;

/// <summary>What follows an attempt.</summary>
public abstract record NextStep
{
    private NextStep()
    {
    }

    /// <summary>Delivered: nothing more to do.</summary>
    public sealed record Done : NextStep;

    /// <summary>Try again after a while.</summary>
    /// <param name="Delay">From the end of the attempt.</param>
    /// <param name="NeedsAttention">The receiver refuses; a person should look.</param>
    public sealed record Retry(TimeSpan Delay, bool NeedsAttention) : NextStep;

    /// <summary>The schedule is used up. Final until somebody redrives it.</summary>
    public sealed record DeadLetter : NextStep;

    /// <summary>The receiver wants no more: the destination is turned off and what waits for it is parked.</summary>
    public sealed record TurnOff : NextStep;

    /// <summary>A fault of our own: the same attempt again after a while, as if this one had not been.</summary>
    public sealed record SameAgain(TimeSpan Delay) : NextStep;
}
