using Nems.Core.Deliver;

namespace Nems.Core.Ports;

/// <summary>
/// Where the store hands over what was just committed, in the order of commit and on the thread that committed: returns at
/// once. What is lost here (the process dies) is found again by the lane's start.
/// </summary>
public interface ILaneInbox
{
    void Arrived(Destination destination, OpenDelivery delivery);

    /// <summary>The destination was off and is on again.</summary>
    void TurnedOn(DestinationId destination);
}
