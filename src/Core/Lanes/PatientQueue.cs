using Nems.Core.Deliver;

namespace Nems.Core.Lanes;

/// <summary>
/// The open deliveries of one patient at one destination, in the order of acceptance: one in flight at a time, the earliest
/// first, those that stepped aside apart. Not thread-safe: its lane's lock guards it.
/// </summary>
internal sealed class PatientQueue(UInt128 key)
{
    private static readonly IReadOnlyList<OpenDelivery> None = [];
    private OpenDelivery? head;
    private Queue<OpenDelivery>? rest;
    private List<OpenDelivery>? asides;

    public UInt128 Key { get; } = key;

    public bool IsInFlight { get; set; }

    /// <summary>It stands in the lane's line of those that may be sent.</summary>
    public bool IsReady { get; set; }

    public bool IsEmpty => head is null && asides is not { Count: > 0 };

    public OpenDelivery? Head => head;

    public bool HasLater => rest is { Count: > 0 };

    public IReadOnlyList<OpenDelivery> Asides => asides ?? None;

    public void Add(OpenDelivery delivery)
    {
        if (delivery.IsAside) (asides ??= []).Add(delivery);
        else if (head is null) head = delivery;
        else (rest ??= new Queue<OpenDelivery>()).Enqueue(delivery);
    }

    /// <summary>The head no longer holds back what follows.</summary>
    public void StepAside()
    {
        var stepped = head!; // only called while there is a head
        stepped.IsAside = true;
        (asides ??= []).Add(stepped);
        Advance();
    }

    /// <summary>False when it is not here: its lane was cleared meanwhile.</summary>
    public bool Remove(OpenDelivery delivery)
    {
        if (!ReferenceEquals(delivery, head)) return asides?.Remove(delivery) ?? false;
        Advance();
        return true;
    }

    /// <summary>What may be sent at this moment: an aside that is due, else the head when it is due.</summary>
    public OpenDelivery? Due(DateTimeOffset now)
    {
        OpenDelivery? earliest = null;
        foreach (var aside in Asides)
        {
            if (aside.DueAt is { } due && due > now) continue;
            if (earliest is null || aside.Place < earliest.Place) earliest = aside;
        }

        return earliest ?? (head is not null && (head.DueAt is not { } headDue || headDue <= now) ? head : null);
    }

    /// <summary>What a probe takes: the earliest that has not stepped aside, else the earliest at all.</summary>
    public OpenDelivery? Earliest() => head ?? Asides.MinBy(aside => aside.Place);

    /// <summary>The next moment at which <see cref="Due"/> may change by itself, given when the head's hold ends.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset? holdEnds)
    {
        var next = head?.DueAt;
        if (holdEnds is { } ends && HasLater && (next is null || ends < next)) next = ends;
        foreach (var aside in Asides)
        {
            if (aside.DueAt is { } due && (next is null || due < next)) next = due;
        }

        return next;
    }

    public IEnumerable<OpenDelivery> All()
    {
        if (head is not null) yield return head;
        foreach (var delivery in rest ?? []) yield return delivery;
        foreach (var aside in Asides) yield return aside;
    }

    private void Advance() => head = rest is { Count: > 0 } ? rest.Dequeue() : null;
}
