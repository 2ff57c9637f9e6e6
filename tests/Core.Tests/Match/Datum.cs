using Nems.Core.Reference;

namespace Nems.Core.Tests.Match;

/// <summary>
/// The places at which a postcode or a practice of an event's patients may stand. Each has codes of its own, so that a rule
/// that names one of them matches only an event that looks there.
/// </summary>
internal static class Datum
{
    /// <summary>r: the source's record of the patient (births: of the baby). m: the message. mother: the source's record of a baby's mother.</summary>
    public static readonly string[] Homes = ["r.home", "m.home", "m.old", "mother.home"];

    public static readonly string[] Practices = ["r.gp", "m.gp", "m.prev", "mother.gp"];

    public static readonly string[] All = [.. Homes, .. Practices];

    private static readonly string[] Countries = ["E92000001", "W92000004", "S92000003", "N92000002"];

    public static string? Postcode(string datum, IEnumerable<string> present) => present.Contains(datum) ? $"zz{Array.IndexOf(Homes, datum)} 1aa" : null;

    public static string? Practice(string datum, IEnumerable<string> present) => present.Contains(datum) ? $"P8600{Array.IndexOf(Practices, datum)}" : null;

    /// <summary>The code by which a rule names the area of a datum.</summary>
    public static string Code(string rule, string datum) => rule switch
    {
        "GP_GP_GP" => $"P8600{Array.IndexOf(Practices, datum)}",
        "CHO_GP_CCG" => $"Q{Array.IndexOf(Practices, datum)}",
        "CHO_POSTCODE_CCG" => $"S{Array.IndexOf(Homes, datum)}",
        "UHV_POSTCODE_LACODE" => $"E0{Array.IndexOf(Homes, datum)}",
        "COUNTRYCODE" => Countries[Array.IndexOf(Homes, datum)],
        _ => throw new ArgumentException("No rule.", nameof(rule)),
    };

    public static KnownAreas Areas()
    {
        var areas = new KnownAreas();
        for (var index = 0; index < Homes.Length; index++)
        {
            areas.Postcodes[$"ZZ{index}1AA"] = new PostcodeAreas($"S{index}", $"E0{index}", Countries[index]);
            areas.SubLocations[$"P8600{index}"] = $"Q{index}";
        }

        return areas;
    }
}
