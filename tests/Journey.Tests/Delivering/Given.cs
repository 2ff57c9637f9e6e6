using Microsoft.Extensions.Time.Testing;

namespace Nems.Journey.Tests.Delivering;

/// <summary>Clocks and settings that these journeys start from.</summary>
internal static class Given
{
    public const string NoJitter = "Nems:Retry:Jitter=0";

    public static FakeTimeProvider Clock() => new(new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero));

    /// <summary>A schedule of its own, without jitter.</summary>
    public static string[] Schedule(params string[] delays) => [NoJitter, .. delays.Select((delay, index) => $"Nems:Retry:Schedule:{index}={delay}")];
}
