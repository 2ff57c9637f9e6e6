using System.Globalization;
using Nems.Core.Events;

namespace Nems.Cli.Bench;

/// <summary>NHS numbers of the range set aside for tests.</summary>
internal static class TestNumbers
{
    /// <summary>So many of the first numbers of a seed, evenly over all of them.</summary>
    public static IReadOnlyList<string> Seeded(int of, int count)
    {
        List<string> numbers = new(count);
        var step = Math.Max(1, of / count);
        var seen = 0;
        for (var number = 9_000_000_000L; seen < of && numbers.Count < count; number++)
        {
            if (NhsNumber.TryParse(number.ToString(CultureInfo.InvariantCulture), out var valid) && seen++ % step == 0) numbers.Add(valid.Value);
        }

        return numbers;
    }

    public static IReadOnlyList<string> First(int count)
    {
        List<string> numbers = new(count);
        for (var number = 9_991_000_000L; numbers.Count < count; number++)
        {
            if (NhsNumber.TryParse(number.ToString(CultureInfo.InvariantCulture), out var valid)) numbers.Add(valid.Value);
        }

        return numbers;
    }
}
