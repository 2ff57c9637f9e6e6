using System.Text;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Tests.Messages;

namespace Nems.Core.Tests.Publish;

/// <summary>
/// Rows of a table: a rule, a valid message, what breaks it, and what must be found. Expected names in capitals are codes of
/// problems; others are warnings, and then the message is accepted.
/// </summary>
internal sealed class RuleTable
{
    private static readonly EventMessageReader Reader = new();
    private readonly Dictionary<string, Row> rows = new(StringComparer.Ordinal);

    public IEnumerable<TheoryDataRow<string>> Names => rows.Keys.Select(name => new TheoryDataRow<string>(name));

    public RuleTable Add(string rule, EventType type, Func<string, string> change, params string[] expected) =>
        Add(rule, type, FhirRelease.Stu3, "new", change, expected);

    public RuleTable AddR4(string rule, EventType type, Func<string, string> change, params string[] expected) =>
        Add(rule + " (R4)", type, FhirRelease.R4, "new", change, expected);

    public RuleTable AddDelete(string rule, EventType type, Func<string, string> change, params string[] expected) =>
        Add(rule + " (delete)", type, FhirRelease.Stu3, "delete", change, expected);

    public void Check(string name)
    {
        var row = rows[name];
        var valid = Sample.Of(row.Type, row.Release, row.Kind);
        var broken = row.Change(valid);
        Assert.NotEqual(valid, broken);

        var reading = Reader.Read(Encoding.UTF8.GetBytes(broken), new FhirForm(row.Release, FhirFormat.Xml), null);
        var inJson = row.Release == FhirRelease.R4
            ? Reader.Read(Encoding.UTF8.GetBytes(JsonForm.Of(broken)), new FhirForm(row.Release, FhirFormat.Json), null)
            : reading;

        foreach (var result in new[] { reading, inJson })
        {
            Assert.Equal(row.Expected.Where(IsCode).Order(StringComparer.Ordinal), result.Problems.Select(problem => problem.Code.Code).Order(StringComparer.Ordinal));
            Assert.Equal(row.Expected.Where(expected => !IsCode(expected)).Order(StringComparer.Ordinal), result.Warnings.Order(StringComparer.Ordinal));
            Assert.Equal(result.Problems.Count > 0, result.Message is null);
            Assert.All(result.Problems, problem => Assert.StartsWith("Bundle", problem.Location, StringComparison.Ordinal));
        }
    }

    private static bool IsCode(string expected) => char.IsAsciiLetterUpper(expected[0]);

    private RuleTable Add(string rule, EventType type, FhirRelease release, string kind, Func<string, string> change, string[] expected)
    {
        rows.Add($"{type.Code}: {rule}", new Row(type, release, kind, change, expected));
        return this;
    }

    private sealed record Row(EventType Type, FhirRelease Release, string Kind, Func<string, string> Change, string[] Expected);
}
