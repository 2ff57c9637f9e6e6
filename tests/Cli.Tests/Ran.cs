using System.CommandLine;
using System.Text.Json.Nodes;

namespace Nems.Cli.Tests;

/// <summary>Runs the tool as a person would, in this process, and keeps what it wrote.</summary>
internal sealed record Ran(int Exit, string Output, string Error)
{
    public IReadOnlyList<JsonNode> Json => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    public static async Task<Ran> Async(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await CommandLine.RunAsync(
            args, TimeProvider.System, new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return new Ran(exit, output.ToString(), error.ToString());
    }
}
