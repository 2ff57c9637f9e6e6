using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Publish;

namespace Nems.Embedded;

/// <summary>The deliveries of one event as they were written: numbered, and parked where the destination is off.</summary>
internal sealed class InsertedDeliveries
{
    private readonly IReadOnlyList<PlannedDelivery> planned;
    private readonly (long Number, bool IsOff)[] given;

    private InsertedDeliveries(IReadOnlyList<PlannedDelivery> planned, (long Number, bool IsOff)[] given)
    {
        this.planned = planned;
        this.given = given;
    }

    public static InsertedDeliveries Insert(WriteSession session, Place place, IReadOnlyList<PlannedDelivery> planned)
    {
        var given = planned.Count == 0 ? [] : new (long, bool)[planned.Count];
        for (var index = 0; index < planned.Count; index++)
        {
            var row = session.Destination(planned[index].Destination);
            var number = session.NextNumber(row);
            session.Prepared("INSERT INTO deliveries (place, destination, number, state, subscriptions) VALUES (?1, ?2, ?3, ?4, ?5)")
                .Bind(1, place.Value).Bind(2, row.Number).Bind(3, number)
                .Bind(4, (long)(row.IsOff ? DeliveryState.Parked : DeliveryState.Open)).Bind(5, SubscriptionIds.Pack(planned[index].Subscriptions)).Run();
            given[index] = (number, row.IsOff);
        }

        return new InsertedDeliveries(planned, given);
    }

    /// <summary>After the commit: those that are open go to their lanes, with the body while memory allows.</summary>
    public void HandOver(
        HandOver handOver, EventId id, Place place, EventType type, FhirForm form, PatientKey? patient, ReadOnlyMemory<byte> bytes, long rightsVersion, DateTimeOffset factsAsOf)
    {
        var open = 0;
        foreach (var (_, isOff) in given)
        {
            if (!isOff) open++;
        }

        var body = handOver.Hold(bytes, open);
        for (var index = 0; index < planned.Count; index++)
        {
            if (given[index].IsOff) continue;
            handOver.Arrived(planned[index].Destination, new OpenDelivery
            {
                Id = new DeliveryId(id, planned[index].Destination.Id),
                Place = place,
                Number = given[index].Number,
                Type = type,
                Form = form,
                Patient = patient,
                Subscriptions = planned[index].Subscriptions,
                Body = body,
                RightsVersion = rightsVersion,
                FactsAsOf = factsAsOf,
            });
        }
    }
}
