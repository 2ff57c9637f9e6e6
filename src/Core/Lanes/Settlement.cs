using Nems.Core.Deliver;
using Nems.Core.Events;

namespace Nems.Core.Lanes;

/// <summary>What a lane decided after an attempt.</summary>
/// <param name="State">The delivery's state.</param>
/// <param name="Overtook">Earlier deliveries of the patient that this one overtook.</param>
/// <param name="HealthChanged">The destination's health is to be recorded.</param>
/// <param name="TurnedOff">The destination was turned off: what waits is to be parked.</param>
internal readonly record struct Settlement(DeliveryState State, IReadOnlyList<Place> Overtook, bool HealthChanged, bool TurnedOff);
