using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nems.Core.Events;

namespace Nems.Core.Demographics;

/// <summary>Why a line of the file cannot be taken. Tells the column, never what stood there.</summary>
/// <param name="Line">From 1; the header is line 1.</param>
public sealed record BadLine(int Line, string Problem);

/// <summary>Reads lines of the CSV of demographics. The header names the columns, in any order; values may stand in quotes.</summary>
internal sealed class DemographicsCsv
{
    public const string BadHeader = "the header must name nhs_number, home_postcode, gp_code, flags and superseded_by, and nothing else";
    public const string BadColumns = "the line must have five values";
    public const string BadText = "the line must be text without control characters";

    private static readonly string[] Names = ["nhs_number", "home_postcode", "gp_code", "flags", "superseded_by"];
    private readonly int[] places;

    private DemographicsCsv(int[] places) => this.places = places;

    public static DemographicsCsv? Of(ReadOnlySpan<byte> header)
    {
        if (header.StartsWith("\uFEFF"u8)) header = header[3..];
        if (Split(header) is not { Length: 5 } columns) return null;
        int[] places = [.. Names.Select(name => Array.FindIndex(columns, column => column.Equals(name, StringComparison.OrdinalIgnoreCase)))];
        return places.Contains(-1) ? null : new DemographicsCsv(places);
    }

    public bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out DemographicsRow? row, out string problem)
    {
        row = null;
        var values = Split(line);
        problem = values is null ? BadText : values.Length != Names.Length ? BadColumns : "";
        if (values is null || values.Length != Names.Length) return false;

        if (!NhsNumber.TryParse(values[places[0]], out var number)) return Refuse("nhs_number is not ten digits with a valid check digit", out problem);
        if (!TryPostcode(values[places[1]], out var postcode)) return Refuse("home_postcode is not a postcode", out problem);
        if (!TryPractice(values[places[2]], out var practice)) return Refuse("gp_code is not one to twelve letters and digits", out problem);
        if (!TryFlags(values[places[3]], out var isSensitive, out var isInvalid)) return Refuse("flags may hold S and I alone", out problem);
        NhsNumber? successor = null;
        if (values[places[4]] is { Length: > 0 } text && (!NhsNumber.TryParse(text, out successor) || successor == number))
            return Refuse("superseded_by is not another NHS number", out problem);

        row = new DemographicsRow(number, postcode, practice, isSensitive, isInvalid, successor);
        return true;
    }

    private static bool Refuse(string why, out string problem)
    {
        problem = why;
        return false;
    }

    private static bool TryPostcode(string text, out string? postcode)
    {
        var bare = text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        postcode = bare.Length == 0 ? null : bare;
        return bare.Length == 0 || (bare.Length is >= 5 and <= 7 && char.IsAsciiLetterUpper(bare[0]) && bare.All(char.IsAsciiLetterOrDigit));
    }

    private static bool TryPractice(string text, out string? practice)
    {
        practice = text.Length == 0 ? null : text.ToUpperInvariant();
        return text.Length <= 12 && text.All(char.IsAsciiLetterOrDigit);
    }

    private static bool TryFlags(string text, out bool isSensitive, out bool isInvalid)
    {
        isSensitive = text.Contains('S', StringComparison.OrdinalIgnoreCase);
        isInvalid = text.Contains('I', StringComparison.OrdinalIgnoreCase);
        return text.All(flag => flag is 'S' or 's' or 'I' or 'i');
    }

    /// <summary>No value of ours holds a comma, so quotes may only stand around one. Null for what is no plain ASCII text.</summary>
    private static string[]? Split(ReadOnlySpan<byte> line)
    {
        if (line.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return null;
        return [.. Encoding.ASCII.GetString(line).Split(',').Select(Bare)];
    }

    private static string Bare(string value)
    {
        value = value.Trim();
        return value is ['"', .. var inside, '"'] ? inside.Trim() : value;
    }
}
