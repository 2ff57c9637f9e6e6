using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Match;
using Nems.Core.Ports;
using Nems.Core.Publish;

namespace Nems.Embedded;

/// <summary>Accepted events in SQLite: the event, its body and its deliveries in one transaction of the writer.</summary>
internal sealed class SqliteEventStore(Writer writer, ReadSessions reads, HandOver handOver, TimeProvider clock) : IEventStore
{
    private static readonly AcceptOutcome.Busy Busy = new(TimeSpan.FromSeconds(5));

    public bool IsWritable => writer.IsWritable;

    public async Task<AcceptOutcome> AcceptAsync(
        NewEvent accepted, IReadOnlyList<PlannedDelivery>? deliveries, IdempotencyClaim? claim, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (writer.TryRunAsync(new AcceptWrite(accepted, deliveries, claim, handOver, clock)) is not { } done) return Busy;
        try
        {
            // Once queued it will be committed: a caller that goes away does not take it back.
            return await done;
        }
        catch (StoreUnavailableException)
        {
            return Busy;
        }
    }

    public ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(Place place, CancellationToken cancel)
    {
        using var lease = reads.Take();
        var select = lease.Session.Prepared("SELECT body FROM bodies WHERE place = ?1").Bind(1, place.Value);
        try
        {
            return select.Step()
                ? ValueTask.FromResult<ReadOnlyMemory<byte>>(select.Bytes(0))
                : throw new StoreUnavailableException("The body of an open delivery is not there.");
        }
        finally
        {
            select.Reset();
        }
    }

    public Task MatchAsync(
        UnmatchedEvent unmatched, MatchFacts facts, IReadOnlyList<PlannedDelivery> deliveries, long rightsVersion, CancellationToken cancel) =>
        writer.RunAsync(new MatchWrite(unmatched, facts, deliveries, rightsVersion, handOver, clock));

    public ValueTask<IReadOnlyList<UnmatchedEvent>> UnmatchedAsync(Place after, int limit, CancellationToken cancel)
    {
        using var lease = reads.Take();
        List<UnmatchedEvent> page = [];
        var select = lease.Session.Prepared(
            """
            SELECT e.place, e.id, e.type, e.form, e.patient, e.accepted_at FROM unmatched u JOIN events e ON e.place = u.place
            WHERE u.place > ?1 ORDER BY u.place LIMIT ?2
            """)
            .Bind(1, after.Value).Bind(2, (long)limit);
        try
        {
            while (select.Step())
            {
                page.Add(new UnmatchedEvent(
                    new Place(select.Long(0)), new EventId(select.Guid(1)), EventType.FromIndex((int)select.Long(2)), FormCode.Read(select.Long(3)),
                    select.IsNull(4) ? null : new PatientKey(select.Number(4)), select.Time(5)));
            }
        }
        finally
        {
            select.Reset();
        }

        return ValueTask.FromResult<IReadOnlyList<UnmatchedEvent>>(page);
    }

    public void HandOverTo(IUnmatchedInbox inbox) => handOver.To(inbox);
}
