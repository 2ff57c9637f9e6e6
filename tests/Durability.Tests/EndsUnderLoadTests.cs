using Nems.Durability.Tests.Load;
using Nems.Testing;

namespace Nems.Durability.Tests;

public sealed class EndsUnderLoadTests
{
    [Fact]
    public Task Kills_at_moments_drawn_by_lot_lose_nothing_and_keep_order_and_numbers() =>
        LoadRun.RunAsync(10 * LoadRun.Scale, nems => nems.Kill(), NemsProcess.Killed, Random.Shared.Next());

    [Fact]
    public Task Orderly_stops_under_load_lose_nothing_and_end_with_zero()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        return LoadRun.RunAsync(3 * LoadRun.Scale, nems => nems.Terminate(), 0, Random.Shared.Next());
    }
}
