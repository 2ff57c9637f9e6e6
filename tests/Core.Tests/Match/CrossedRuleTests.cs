namespace Nems.Core.Tests.Match;

/// <summary>
/// Every event family × source × rule × GP registration filter × place that the rule names × what is known of the patient,
/// against the oracle: several thousand rows.
/// </summary>
public sealed class CrossedRuleTests
{
    private static readonly string[] Events = ["address", "gp", "birth", "death", "record", "hearing", "vaccination"];
    private static readonly string[] Rules = ["GP_GP_GP", "CHO_GP_CCG", "CHO_POSTCODE_CCG", "UHV_POSTCODE_LACODE", "COUNTRYCODE"];
    private static readonly string[] Registrations = ["any", "reg", "unreg"];

    public static IEnumerable<TheoryDataRow<string, string, string>> Rows =>
        from @event in Events
        from source in new[] { "found", "no-record", "none" }
        from rule in Rules
        select new TheoryDataRow<string, string, string>(@event, source, rule);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_rule_matches_as_the_specification_says(string @event, string source, string rule)
    {
        List<string> wrong = [];
        var (rows, wanted) = (0, 0);
        foreach (var situation in Situations(@event, source))
        {
            foreach (var datum in rule is "GP_GP_GP" or "CHO_GP_CCG" ? Datum.Practices : Datum.Homes)
            {
                foreach (var registration in Registrations)
                {
                    var expected = RuleOracle.Wants(situation, rule, datum, registration);
                    if (await situation.WantsAsync(situation.Criteria(rule, datum, registration)) != expected)
                        wrong.Add($"{situation} {datum} {registration}: expected {expected}");
                    rows++;
                    if (expected) wanted++;
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(wanted > 0 && rows - wanted > 0, "the rows must have both answers");
    }

    // All data, and each one missing, and no practice anywhere, and no address anywhere.
    private static IEnumerable<Situation> Situations(string @event, string source)
    {
        bool[] settings = @event == "gp" ? [false, true] : [false];
        string[][] known = [Datum.All, .. Datum.All.Select(missing => Datum.All.Where(datum => datum != missing).ToArray()), Datum.Homes, Datum.Practices];
        return from previous in settings from present in known select new Situation(@event, source, present, previous);
    }
}
