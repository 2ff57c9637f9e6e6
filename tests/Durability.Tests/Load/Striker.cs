using Nems.Testing;

namespace Nems.Durability.Tests.Load;

/// <summary>Moments at which a process may be struck.</summary>
internal enum Moment
{
    /// <summary>A publisher has begun to post.</summary>
    Posting,

    /// <summary>A publisher was answered with 202.</summary>
    Accepted,

    /// <summary>A copy has come and was not answered yet; also while the process starts and sends what waited.</summary>
    Arriving,
}

/// <summary>Ends the process at a moment drawn by lot: the so-many-th time that one kind of thing happens, right there.</summary>
internal sealed class Striker(Random random, Action<NemsProcess> strike)
{
    private readonly Lock gate = new();
    private NemsProcess? target;
    private Moment moment;
    private int left;

    public void Arm(NemsProcess process)
    {
        lock (gate)
        {
            target = process;
            moment = (Moment)random.Next(3);
            left = random.Next(1, 120);
        }
    }

    public void Pass(Moment reached)
    {
        lock (gate)
        {
            if (target is not { } process || reached != moment || --left > 0) return;
            target = null;
            strike(process);
        }
    }
}
