namespace Nems.Core.Tests.Match;

/// <summary>The rules of NEMS 6.2 to 6.5, row by row, each with the answer written down.</summary>
public sealed class WrittenRuleTests
{
    // event | source | what is known | the rule and the datum whose area it names | GP registration | wanted
    // The data: r = the source's record (births: the baby's), m = the message, mother = the source's record of the mother.
    private const string Table =
        """
        address | none      | m.home m.old m.gp              | CHO_POSTCODE_CCG    m.home      | any   | yes
        address | none      | m.home m.old m.gp              | CHO_POSTCODE_CCG    m.old       | any   | yes
        address | none      | m.home m.old m.gp              | UHV_POSTCODE_LACODE m.home      | any   | yes
        address | none      | m.home m.old m.gp              | UHV_POSTCODE_LACODE m.old       | any   | yes
        address | none      | m.home m.old m.gp              | COUNTRYCODE         m.home      | any   | yes
        address | none      | m.home m.old m.gp              | COUNTRYCODE         m.old       | any   | yes
        address | none      | m.home m.old m.gp              | COUNTRYCODE         r.home      | any   | no
        address | none      | m.home m.old m.gp              | GP_GP_GP            m.gp        | any   | yes
        address | none      | m.home m.old m.gp              | CHO_GP_CCG          m.gp        | any   | yes
        address | none      | m.home m.old                   | GP_GP_GP            m.gp        | any   | no
        address | none      | m.home m.old                   | UHV_POSTCODE_LACODE m.old       | unreg | no
        address | none      | m.home m.old                   | UHV_POSTCODE_LACODE m.old       | reg   | no
        address | none      | m.home m.old m.gp              | UHV_POSTCODE_LACODE m.old       | reg   | yes
        address | none      | m.home                         | UHV_POSTCODE_LACODE m.old       | any   | no
        address | found     | r.home r.gp m.home m.old m.gp  | CHO_POSTCODE_CCG    m.home      | any   | yes
        address | found     | r.home r.gp m.home m.old m.gp  | CHO_POSTCODE_CCG    m.old       | any   | yes
        address | found     | r.home r.gp m.home m.old m.gp  | CHO_POSTCODE_CCG    r.home      | any   | no
        address | found     | r.home r.gp m.home m.old m.gp  | GP_GP_GP            r.gp        | any   | yes
        address | found     | r.home r.gp m.home m.old m.gp  | GP_GP_GP            m.gp        | any   | no
        address | found     | r.home r.gp m.home m.old m.gp  | CHO_GP_CCG          r.gp        | any   | yes
        address | found     | r.home m.home m.old m.gp       | CHO_GP_CCG          m.gp        | any   | no
        address | found     | r.home m.home m.old m.gp       | COUNTRYCODE         m.old       | unreg | yes
        address | found     | r.home m.home m.old m.gp       | COUNTRYCODE         m.old       | reg   | no
        address | no-record | m.home m.old m.gp              | UHV_POSTCODE_LACODE m.old       | any   | yes
        address | no-record | m.home m.old m.gp              | GP_GP_GP            m.gp        | any   | yes
        address | no-record | m.home m.old                   | COUNTRYCODE         m.home      | unreg | no
        gp      | none      | m.home m.gp m.prev             | GP_GP_GP            m.gp        | any   | yes
        gp      | none      | m.home m.gp m.prev             | GP_GP_GP            m.prev      | any   | no
        gp      | none+     | m.home m.gp m.prev             | GP_GP_GP            m.prev      | any   | yes
        gp      | none+     | m.home m.gp m.prev             | GP_GP_GP            m.gp        | any   | yes
        gp      | none      | m.home m.gp m.prev             | CHO_GP_CCG          m.gp        | any   | yes
        gp      | none      | m.home m.gp m.prev             | CHO_GP_CCG          m.prev      | any   | no
        gp      | none+     | m.home m.gp m.prev             | CHO_GP_CCG          m.prev      | any   | yes
        gp      | none      | m.home m.prev                  | GP_GP_GP            m.prev      | any   | no
        gp      | none+     | m.home m.prev                  | GP_GP_GP            m.prev      | any   | yes
        gp      | none+     | m.home m.prev                  | GP_GP_GP            m.prev      | reg   | no
        gp      | none      | m.home m.prev                  | CHO_POSTCODE_CCG    m.home      | unreg | yes
        gp      | none      | m.home m.prev                  | CHO_POSTCODE_CCG    m.home      | reg   | no
        gp      | none      | m.home m.gp                    | GP_GP_GP            m.gp        | reg   | yes
        gp      | none      | m.home m.gp                    | GP_GP_GP            m.gp        | unreg | no
        gp      | none      | m.home m.gp                    | COUNTRYCODE         m.home      | reg   | yes
        gp      | found     | r.home r.gp m.home m.gp m.prev | GP_GP_GP            m.gp        | any   | yes
        gp      | found     | r.home r.gp m.home m.gp m.prev | GP_GP_GP            r.gp        | any   | no
        gp      | found+    | r.home r.gp m.home m.gp m.prev | GP_GP_GP            m.prev      | any   | yes
        gp      | found     | r.home r.gp m.home m.gp m.prev | UHV_POSTCODE_LACODE r.home      | any   | yes
        gp      | found     | r.home r.gp m.home m.gp m.prev | UHV_POSTCODE_LACODE m.home      | any   | no
        gp      | found     | r.home r.gp m.home m.prev      | COUNTRYCODE         r.home      | unreg | yes
        gp      | found     | r.home r.gp m.home m.prev      | COUNTRYCODE         r.home      | reg   | no
        gp      | found     | r.home m.home m.gp             | COUNTRYCODE         r.home      | reg   | yes
        gp      | no-record | m.home m.gp m.prev             | CHO_POSTCODE_CCG    m.home      | any   | yes
        birth   | none      | m.home m.gp                    | COUNTRYCODE         m.home      | any   | yes
        birth   | none      | m.home m.gp                    | GP_GP_GP            m.gp        | any   | yes
        birth   | none      | m.home                         | GP_GP_GP            m.gp        | any   | no
        birth   | none      | m.home                         | COUNTRYCODE         m.home      | unreg | no
        birth   | found     | r.home r.gp mother.home mother.gp m.home m.gp | UHV_POSTCODE_LACODE r.home      | any   | yes
        birth   | found     | r.home r.gp mother.home mother.gp m.home m.gp | UHV_POSTCODE_LACODE mother.home | any   | no
        birth   | found     | r.home r.gp mother.home mother.gp m.home m.gp | UHV_POSTCODE_LACODE m.home      | any   | no
        birth   | found     | r.home r.gp mother.home mother.gp m.home m.gp | GP_GP_GP            r.gp        | any   | yes
        birth   | found     | r.home r.gp mother.home mother.gp m.home m.gp | GP_GP_GP            mother.gp   | any   | no
        birth   | found     | r.home mother.home mother.gp m.home m.gp      | GP_GP_GP            mother.gp   | any   | no
        birth   | found     | r.home mother.home mother.gp m.home m.gp      | CHO_GP_CCG          mother.gp   | any   | no
        birth   | found     | r.home mother.home mother.gp m.home           | COUNTRYCODE         r.home      | reg   | no
        birth   | found     | r.home mother.home mother.gp m.home           | COUNTRYCODE         r.home      | unreg | yes
        birth   | no-record | m.home m.gp                    | CHO_GP_CCG          m.gp        | any   | yes
        death   | none      | m.home m.gp                    | CHO_POSTCODE_CCG    m.home      | any   | yes
        death   | none      | m.home m.gp                    | CHO_GP_CCG          m.gp        | any   | yes
        death   | none      | m.gp                           | COUNTRYCODE         m.home      | any   | no
        death   | none      | m.home                         | COUNTRYCODE         m.home      | any   | yes
        death   | none      | m.home                         | COUNTRYCODE         m.home      | reg   | no
        death   | none      | m.home                         | COUNTRYCODE         m.home      | unreg | no
        death   | found     | r.home r.gp m.home m.gp        | CHO_POSTCODE_CCG    r.home      | any   | yes
        death   | found     | r.home r.gp m.home m.gp        | CHO_POSTCODE_CCG    m.home      | any   | no
        death   | found     | r.home r.gp m.home m.gp        | GP_GP_GP            r.gp        | any   | yes
        death   | found     | r.home r.gp m.home m.gp        | GP_GP_GP            m.gp        | any   | no
        death   | found     | r.home m.home m.gp             | GP_GP_GP            m.gp        | any   | no
        death   | found     | r.home m.home m.gp             | COUNTRYCODE         r.home      | unreg | yes
        death   | found     | r.gp m.home m.gp               | COUNTRYCODE         m.home      | any   | no
        death   | no-record | m.home m.gp                    | GP_GP_GP            m.gp        | reg   | yes
        death   | no-record | m.home                         | COUNTRYCODE         m.home      | unreg | no
        hearing | none      | m.home m.gp                    | UHV_POSTCODE_LACODE m.home      | any   | yes
        hearing | found     | r.home r.gp                    | UHV_POSTCODE_LACODE r.home      | any   | yes
        hearing | found     | r.home r.gp                    | GP_GP_GP            r.gp        | reg   | yes
        hearing | found     | r.home r.gp                    | GP_GP_GP            r.gp        | unreg | no
        record  | none      | m.home m.gp                    | GP_GP_GP            m.gp        | any   | yes
        record  | found     | r.home r.gp m.home m.gp        | COUNTRYCODE         r.home      | any   | yes
        """;

    public static IEnumerable<TheoryDataRow<string>> Rows => Table.Split('\n').Select(row => new TheoryDataRow<string>(string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_rule_matches_as_written(string row)
    {
        var cells = row.Split(" | ");
        var situation = new Situation(cells[0], cells[1].TrimEnd('+'), cells[2].Split(' '), Previous: cells[1].EndsWith('+'));
        var rule = cells[3].Split(' ');

        var wanted = await situation.WantsAsync(situation.Criteria(rule[0], rule[1], cells[4]));

        Assert.Equal(cells[5] == "yes", wanted);
    }
}
