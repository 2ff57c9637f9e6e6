using System.Collections.Concurrent;
using Nems.Core.Deliver;
using Nems.Core.Keys;

namespace Nems.Embedded;

/// <summary>Destinations by number and number by id, read from the store once and kept: neither ever changes.</summary>
internal sealed class Destinations(ReadSessions reads, Sealer sealer)
{
    private readonly ConcurrentDictionary<long, Destination> byNumber = new();
    private readonly ConcurrentDictionary<DestinationId, long> numbers = new();
    private readonly DestinationSeal seal = new(sealer);

    public Destination Read(long number)
    {
        if (byNumber.TryGetValue(number, out var known)) return known;
        using var lease = reads.Take();
        var select = lease.Session.Prepared("SELECT id, organisation, channel, sign_asymmetrically, sealed FROM destinations WHERE number = ?1").Bind(1, number);
        try
        {
            if (!select.Step()) throw new InvalidOperationException("A delivery or subscription names a destination that is not stored.");
            var destination = seal.Open(new DestinationId(select.Number(0)), select.Text(1), (ChannelKind)select.Long(2), select.Bool(3), select.Span(4));
            return byNumber.GetOrAdd(number, destination);
        }
        finally
        {
            select.Reset();
        }
    }

    public long? NumberOf(DestinationId id)
    {
        if (numbers.TryGetValue(id, out var known)) return known;
        using var lease = reads.Take();
        var select = lease.Session.Prepared("SELECT number FROM destinations WHERE id = ?1").Bind(1, id.Value);
        var number = select.Step() ? select.Long(0) : (long?)null;
        select.Reset();
        if (number is { } found) numbers[id] = found;
        return number;
    }
}
