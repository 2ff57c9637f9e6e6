using System.Globalization;
using Nems.Core.Events;

namespace Nems.Cli.Bench;

/// <summary>NHS numbers of the range set aside for tests.</summary>
internal static class TestNumbers
{
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
