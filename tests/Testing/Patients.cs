namespace Nems.Testing;

/// <summary>NHS numbers of the ranges set aside for tests.</summary>
public static class Patients
{
    public const string Jo = "9990000018";
    public const string Sam = "9990000026";
    public const string Alex = "9990000034";

    /// <summary>So many numbers that pass Modulus 11.</summary>
    public static IReadOnlyList<string> Numbers(int count)
    {
        var numbers = new List<string>(count);
        for (var nine = 999_100_000L; numbers.Count < count; nine++)
        {
            if (CheckDigit(nine) is { } digit) numbers.Add($"{nine}{digit}");
        }

        return numbers;
    }

    private static int? CheckDigit(long nine)
    {
        var text = nine.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var sum = text.Select((character, index) => (character - '0') * (10 - index)).Sum();
        var check = (11 - sum % 11) % 11;
        return check == 10 ? null : check;
    }
}
