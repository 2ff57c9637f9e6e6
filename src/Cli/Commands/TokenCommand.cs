using System.CommandLine;
using System.Text.Json.Nodes;
using Nems.Cli.Calls;

namespace Nems.Cli.Commands;

/// <summary><c>nems token</c>: an unsigned token of the Spine, good for five minutes, for trying the service with curl.</summary>
internal static class TokenCommand
{
    public static Command Create(TimeProvider clock)
    {
        var common = new CallOptions();
        var scope = new Option<string>("--scope") { Description = "publish or subscribe.", DefaultValueFactory = _ => "publish" };
        scope.AcceptOnlyFromAmong("publish", "subscribe");
        var command = new Command("token", "Make an unsigned token for curl, good for five minutes.") { scope, common.Url, common.Asid, common.Ods, common.Json };
        command.SetAction(call =>
        {
            var screen = Screen.Of(call);
            var publishes = call.GetRequiredValue(scope) == "publish";
            var caller = common.Caller(call, publishes ? CallingSystem.SampleSupplier : CallingSystem.SampleSubscriber);
            var token = new SpineToken(clock).Create(caller, call.GetRequiredValue(common.Url), publishes ? SpineToken.WriteEvents : SpineToken.WriteSubscriptions);
            screen.Json(new JsonObject { ["token"] = token, ["asid"] = caller.Asid });
            if (!screen.IsJson) call.InvocationConfiguration.Output.WriteLine(token);
            return CommandLine.Done;
        });
        return command;
    }
}
