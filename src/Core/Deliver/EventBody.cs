namespace Nems.Core.Deliver;

/// <summary>
/// The bytes of an event while deliveries in memory share them. Counted against a budget once however many deliveries hold
/// it, given back when the last one lets go.
/// </summary>
public sealed class EventBody
{
    private readonly MemoryBudget budget;
    private int holders;

    private EventBody(ReadOnlyMemory<byte> bytes, MemoryBudget budget, int holders)
    {
        Bytes = bytes;
        this.budget = budget;
        this.holders = holders;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The body for so many holders, or null when the budget has no room: they read it from the store then.</summary>
    public static EventBody? TryHold(ReadOnlyMemory<byte> bytes, MemoryBudget budget, int holders) =>
        holders > 0 && budget.TryTake(bytes.Length) ? new EventBody(bytes, budget, holders) : null;

    /// <summary>One holder needs it no more. Each holder says so once.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0) budget.Give(Bytes.Length);
    }
}

/// <summary>A bound on bytes held in memory.</summary>
public sealed class MemoryBudget(long limit)
{
    private long taken;

    public long Taken => Interlocked.Read(ref taken);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref taken, bytes) <= limit) return true;
        Interlocked.Add(ref taken, -bytes);
        return false;
    }

    public void Give(int bytes) => Interlocked.Add(ref taken, -bytes);
}
