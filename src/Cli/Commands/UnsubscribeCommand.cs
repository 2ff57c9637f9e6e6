using System.CommandLine;
using System.Text.Json.Nodes;
using Nems.Cli.Calls;

namespace Nems.Cli.Commands;

/// <summary><c>nems unsubscribe</c>: deletes a subscription.</summary>
internal static class UnsubscribeCommand
{
    public static Command Create(TimeProvider clock)
    {
        var common = new CallOptions();
        var id = new Argument<string>("id") { Description = "The subscription." };
        var command = new Command("unsubscribe", "Delete a subscription.")
        {
            id, common.Url, common.Asid, common.Ods, common.ToAsid, common.Token, common.Json,
        };
        command.SetAction(async (call, cancel) =>
        {
            var screen = Screen.Of(call);
            using var client = common.Client(call, clock);
            var answer = await client.UnsubscribeAsync(
                call.GetRequiredValue(id), common.Caller(call, CallingSystem.SampleSubscriber), call.GetValue(common.Token), cancel);
            screen.Json(new JsonObject
            {
                ["status"] = answer.Status,
                ["fault"] = answer.Fault,
                ["issues"] = Screen.ToJson(answer.Issues),
            });
            if (answer.IsSuccess) screen.Good("Deleted.");
            else screen.Bad(answer.Summary);
            screen.Show(answer.Issues);
            return answer.IsSuccess ? CommandLine.Done : CommandLine.Failed;
        });
        return command;
    }
}
