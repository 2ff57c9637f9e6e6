using System.CommandLine;
using Nems.Api;

namespace Nems.Cli.Commands;

/// <summary><c>nems serve</c>: the service itself, in this process.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("args")
        {
            Description = "Settings of the service, such as --urls http://127.0.0.1:5080 or --Nems:DataDirectory=./nems-data.",
            Arity = ArgumentArity.ZeroOrMore,
            CaptureRemainingTokens = true,
        };
        var command = new Command("serve", "Run the service in this process.") { arguments };
        command.SetAction((call, cancel) => NemsApi.RunAsync(call.GetValue(arguments) ?? [], cancel));
        return command;
    }
}
