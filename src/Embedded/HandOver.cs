using Microsoft.Extensions.Options;
using Nems.Core.Deliver;
using Nems.Core.Lanes;
using Nems.Core.Match;
using Nems.Core.Ports;

namespace Nems.Embedded;

/// <summary>Passes what was committed to the lanes, bodies included while the memory budget allows. Before the lanes start there is nobody to take it: they read the store.</summary>
internal sealed class HandOver(IOptions<LaneOptions> options)
{
    private readonly MemoryBudget budget = new(options.Value.BodyBytes);
    private volatile ILaneInbox? inbox;
    private volatile IUnmatchedInbox? unmatchedInbox;

    public void To(ILaneInbox lanes) => inbox = lanes;

    public void To(IUnmatchedInbox matcher) => unmatchedInbox = matcher;

    public EventBody? Hold(ReadOnlyMemory<byte> body, int holders) => inbox is null || body.IsEmpty ? null : EventBody.TryHold(body, budget, holders);

    public void Arrived(Destination destination, OpenDelivery delivery) => inbox?.Arrived(destination, delivery);

    public void Waits(UnmatchedEvent unmatched) => unmatchedInbox?.Waits(unmatched);

    public void TurnedOn(DestinationId destination) => inbox?.TurnedOn(destination);
}
