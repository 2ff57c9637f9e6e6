namespace Nems.Durability.Tests;

internal static class Quick
{
    /// <summary>
    /// Tries again soon and often. The last delay is long, so that no destination is turned off while a process is away:
    /// that takes the length of the whole schedule.
    /// </summary>
    public static readonly string[] Retries =
        [.. Enumerable.Range(0, 30).Select(index => $"Nems:Retry:Schedule:{index}=00:00:00.2"), "Nems:Retry:Schedule:30=01:00:00", "Nems:Retry:OwnFaultDelay=00:00:00.2"];
}
