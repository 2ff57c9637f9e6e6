namespace Nems.Core.Deliver;

/// <summary>Where a delivery stands. Stored as its number: never renumber.</summary>
public enum DeliveryState
{
    /// <summary>To be sent, or to be sent again.</summary>
    Open = 0,

    /// <summary>The receiver took it.</summary>
    Delivered = 1,

    /// <summary>Dead letter: the schedule is used up. Final until redriven.</summary>
    Dead = 2,

    /// <summary>Its destination is off. Kept, counted, redriven when it is on again.</summary>
    Parked = 3,

    /// <summary>The right to receive was gone before it was sent. Number and time remain as a tombstone; never sent.</summary>
    Withheld = 4,
}
