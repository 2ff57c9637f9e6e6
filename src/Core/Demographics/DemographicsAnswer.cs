namespace Nems.Core.Demographics;

/// <summary>What came of asking for a patient's demographics.</summary>
public abstract record DemographicsAnswer
{
    private DemographicsAnswer()
    {
    }

    public sealed record Found(PatientRecord Record) : DemographicsAnswer
    {
        public override string ToString() => nameof(Found);
    }

    /// <summary>The source answered: it has no record. The message's own facts are used then, and there are no flags.</summary>
    public sealed record NoRecord : DemographicsAnswer;

    /// <summary>The source cannot answer now. Matching waits; it never guesses.</summary>
    /// <param name="RetryAfter">What the source asked for, if it did.</param>
    public sealed record Unavailable(TimeSpan? RetryAfter) : DemographicsAnswer;
}
