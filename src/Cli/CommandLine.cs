using System.CommandLine;
using System.CommandLine.Invocation;
using Nems.Cli.Commands;

namespace Nems.Cli;

/// <summary>The commands of the tool. Exit codes: 0 done, 1 failed, 2 not understood.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int NotUnderstood = 2;

    /// <summary>How long a command may take to end after Ctrl+C; the service drains its deliveries in it.</summary>
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(35);

    public static RootCommand Create(TimeProvider clock) => new("Publish, subscribe to and receive national patient events.")
    {
        DemoCommand.Create(clock),
        ServeCommand.Create(),
        PublishCommand.Create(clock),
        SubscribeCommand.Create(clock),
        UnsubscribeCommand.Create(clock),
        ListenCommand.Create(clock),
        ImportCommand.Create(clock),
        TokenCommand.Create(clock),
        SeedCommand.Create(clock),
        BenchCommand.Create(clock),
        FloorCommand.Create(),
    };

    public static Task<int> RunAsync(string[] args, TimeProvider clock, CancellationToken cancel) =>
        RunAsync(args, clock, new InvocationConfiguration { ProcessTerminationTimeout = EndingTime }, cancel);

    public static async Task<int> RunAsync(string[] args, TimeProvider clock, InvocationConfiguration configuration, CancellationToken cancel)
    {
        var understood = Create(clock).Parse(args);
        if (understood.Action is not ParseErrorAction misunderstood) return await understood.InvokeAsync(configuration, cancel);

        // The standard output is for results: complaints and suggestions go where errors go.
        misunderstood.ShowHelp = false;
        await understood.InvokeAsync(new InvocationConfiguration { Output = configuration.Error, Error = configuration.Error }, cancel);
        return NotUnderstood;
    }
}
