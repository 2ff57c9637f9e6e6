using System.Diagnostics.CodeAnalysis;

namespace Nems.Core.Events;

/// <summary>A ten-digit NHS number whose Modulus 11 check digit holds (specification of NEMS, "NHS numbers"). Never prints itself.</summary>
public sealed record NhsNumber
{
    /// <summary>The naming system that events must use.</summary>
    public const string System = "https://fhir.nhs.uk/Id/nhs-number";

    /// <summary>The older naming system, which subscription criteria may also use.</summary>
    public const string OlderSystem = "http://fhir.nhs.net/Id/nhs-number";

    private NhsNumber(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out NhsNumber? number)
    {
        number = text is { Length: 10 } && HasValidCheckDigit(text) ? new NhsNumber(text) : null;
        return number is not null;
    }

    public override string ToString() => "(NHS number)";

    private static bool HasValidCheckDigit(string digits)
    {
        var sum = 0;
        for (var index = 0; index < 9; index++)
        {
            if (!char.IsAsciiDigit(digits[index])) return false;
            sum += (digits[index] - '0') * (10 - index);
        }

        return char.IsAsciiDigit(digits[9]) && (11 - sum % 11) % 11 == digits[9] - '0';
    }
}
