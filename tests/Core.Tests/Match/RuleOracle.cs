namespace Nems.Core.Tests.Match;

/// <summary>Where the specification looks, as a table of its own: it shares no code with the product.</summary>
internal static class RuleOracle
{
    // event source | residential rules look at | GP rules look at | registered when there; ? = its absence says nothing
    private const string Table =
        """
        address found     | m.home m.old | r.gp       | r.gp
        address no-record | m.home m.old | m.gp       | m.gp?
        address none      | m.home m.old | m.gp       | m.gp?
        gp found          | r.home       | m.gp       | m.gp
        gp no-record      | m.home       | m.gp       | m.gp
        gp none           | m.home       | m.gp       | m.gp
        gp found+         | r.home       | m.gp m.prev | m.gp
        gp no-record+     | m.home       | m.gp m.prev | m.gp
        gp none+          | m.home       | m.gp m.prev | m.gp
        birth found       | r.home       | r.gp       | r.gp
        birth no-record   | m.home       | m.gp       | m.gp?
        birth none        | m.home       | m.gp       | m.gp?
        other found       | r.home       | r.gp       | r.gp
        other no-record   | m.home       | m.gp       | m.gp?
        other none        | m.home       | m.gp       | m.gp?
        """;

    private static readonly Dictionary<string, string[]> Rows = Table.Split('\n')
        .Select(row => row.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(cells => string.Join(' ', cells[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)), cells => cells);

    public static bool Wants(Situation situation, string rule, string datum, string registration)
    {
        var family = situation.Event is "address" or "gp" or "birth" ? situation.Event : "other";
        var row = Rows[$"{family} {situation.Source}{(situation.Previous && family == "gp" ? "+" : "")}"];
        var looksAt = (rule is "GP_GP_GP" or "CHO_GP_CCG" ? row[2] : row[1]).Split(' ');
        var isRegistered = situation.Present.Contains(row[3].TrimEnd('?'));
        return looksAt.Contains(datum) && situation.Present.Contains(datum) && registration switch
        {
            "reg" => isRegistered,
            "unreg" => !isRegistered && !row[3].EndsWith('?'),
            _ => true,
        };
    }
}
