namespace Nems.Embedded;

/// <summary>Counts the changes after which a right to send must be judged again.</summary>
internal sealed class RightsVersion
{
    private long value;

    public long Value => Interlocked.Read(ref value);

    public void Raise() => Interlocked.Increment(ref value);
}
