using System.CommandLine;
using System.Text.Json.Nodes;
using Nems.Cli.Calls;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Nems.Cli;

/// <summary>
/// Where a command writes: for people (colour, tables), or with <c>--json</c> for programs, one JSON object a line and nothing else
/// on the standard output.
/// </summary>
internal sealed class Screen
{
    private const int WidthWithoutTerminal = 160;

    private readonly TextWriter output;
    private readonly IAnsiConsole people;
    private readonly IAnsiConsole complaints;

    private Screen(bool isJson, TextWriter output, TextWriter error)
    {
        IsJson = isJson;
        this.output = output;
        people = Console(isJson ? TextWriter.Null : output);
        complaints = Console(isJson ? TextWriter.Null : error);
    }

    public bool IsJson { get; }

    public static Screen Of(ParseResult call) =>
        new(call.GetValue<bool>(CallOptions.JsonName), call.InvocationConfiguration.Output, call.InvocationConfiguration.Error);

    /// <summary>One line of JSON; nothing for people.</summary>
    public void Json(JsonObject line)
    {
        if (!IsJson) return;
        output.WriteLine(line.ToJsonString());
        output.Flush();
    }

    /// <summary>A line for people; the text is not markup.</summary>
    public void Say(string text, Style? style = null) => people.Write(new Paragraph(text + Environment.NewLine, style));

    public void Good(string text) => Say($"✓ {text}", new Style(Color.Green));

    public void Bad(string text) => Say($"✗ {text}", new Style(Color.Red));

    /// <summary>A table or the like, for people.</summary>
    public void Show(IRenderable thing) => people.Write(thing);

    /// <summary>A progress bar for people around many steps.</summary>
    public Task ProgressAsync(string what, int steps, Func<Action, Task> work) =>
        people.Progress().StartAsync(context =>
        {
            var bar = context.AddTask(what, maxValue: steps);
            return work(() => bar.Increment(1));
        });

    /// <summary>A progress bar for people around work that tells how far it is, and a word to it.</summary>
    public Task ProgressAsync(string what, long whole, Func<Action<long, string>, Task> work) =>
        people.Progress().StartAsync(context =>
        {
            var bar = context.AddTask(what, maxValue: Math.Max(1, whole));
            return work((done, word) =>
            {
                bar.Value = done;
                bar.Description = Markup.Escape($"{what}, {word}");
            });
        });

    /// <summary>Says why the command failed, and gives the exit code for it.</summary>
    public int Fail(string why)
    {
        complaints.Write(new Paragraph(why + Environment.NewLine, new Style(Color.Red)));
        Json(new JsonObject { ["error"] = why });
        return CommandLine.Failed;
    }

    /// <summary>The issues of an OperationOutcome as a table.</summary>
    public void Show(IReadOnlyList<OutcomeIssue> issues)
    {
        if (issues.Count == 0) return;
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Severity", "Code", "What", "Where");
        foreach (var issue in issues) table.AddRow(new Text(issue.Severity), new Text(issue.Code), new Text(issue.Diagnostics), new Text(issue.Location));
        Show(table);
    }

    /// <summary>The same as JSON.</summary>
    public static JsonArray ToJson(IReadOnlyList<OutcomeIssue> issues) =>
        [.. issues.Select(issue => new JsonObject
        {
            ["severity"] = issue.Severity, ["code"] = issue.Code, ["diagnostics"] = issue.Diagnostics, ["location"] = issue.Location,
        })];

    private static IAnsiConsole Console(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
