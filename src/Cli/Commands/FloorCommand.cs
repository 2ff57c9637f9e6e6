using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Nems.Cli.Commands;

/// <summary>
/// <c>nems bench-floor</c>: the measure of the bench, one fixed program. A bare Kestrel that reads the whole body of a POST and
/// answers 202, with no other work.
/// </summary>
internal static class FloorCommand
{
    public static Command Create()
    {
        var url = new Option<string>("--url") { Required = true };
        var command = new Command("bench-floor", "The measure of the bench: a bare server.") { url };
        command.Hidden = true;
        command.SetAction(async (call, cancel) =>
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls(call.GetRequiredValue(url));
            await using var app = builder.Build();
            app.Run(AnswerAsync);
            await app.StartAsync(cancel);
            await app.WaitForShutdownAsync(cancel);
            return CommandLine.Done;
        });
        return command;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        context.Response.StatusCode = context.Request.Method == "POST" ? StatusCodes.Status202Accepted : StatusCodes.Status200OK;
    }
}
