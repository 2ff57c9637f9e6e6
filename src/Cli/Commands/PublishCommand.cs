using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nems.Cli.Calls;
using Nems.Cli.Messages;

namespace Nems.Cli.Commands;

/// <summary><c>nems publish</c>: sends event messages from files or from the samples.</summary>
internal sealed class PublishCommand(TimeProvider clock)
{
    private const int LongestListing = 20;

    private readonly Argument<FileInfo[]> files = new("file") { Description = "Event messages: STU3 XML, R4 XML or R4 JSON.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> samples = new("--sample") { Description = "A message that ships with the tool, e.g. newborn-hearing-1.new.", HelpName = "name" };
    private readonly Option<bool> listSamples = new("--list-samples") { Description = "Name the messages that ship with the tool." };
    private readonly Option<bool> asPds = new("--pds") { Description = "Call as the PDS publisher of the sample registry; the default for pds-* events." };
    private readonly Option<string?> key = new("--idempotency-key") { Description = "Makes a repeat of the same message the same event.", HelpName = "key" };
    private readonly Option<int> count = new("--count") { Description = "How often to publish each message.", DefaultValueFactory = _ => 1 };

    private readonly CallOptions common = new();

    public static Command Create(TimeProvider clock) => new PublishCommand(clock).Build();

    private Command Build()
    {
        var command = new Command("publish", "Publish event messages.")
        {
            files, samples, listSamples, asPds, key, count,
            common.Url, common.Asid, common.Ods, common.ToAsid, common.Token, common.Json,
        };
        files.AcceptExistingOnly();
        CallOptions.Require(count, text => int.TryParse(text, CultureInfo.InvariantCulture, out var rounds) && rounds > 0, "--count is at least 1.");
        command.Validators.Add(result =>
        {
            var messages = (result.GetValue(files)?.Length ?? 0) + (result.GetValue(samples)?.Length ?? 0);
            if (messages == 0 && !result.GetValue(listSamples)) result.AddError("Name at least one file or --sample.");
            if (messages > 1 && result.GetValue(key) is not null) result.AddError("An --idempotency-key stands for one message.");
            foreach (var name in result.GetValue(samples) ?? [])
            {
                if (Sample.Find(name) is null) result.AddError($"There is no sample {name}. Try --list-samples.");
            }
        });
        command.SetAction((call, cancel) => RunAsync(call, Screen.Of(call), cancel));
        return command;
    }

    private async Task<int> RunAsync(ParseResult call, Screen screen, CancellationToken cancel)
    {
        if (call.GetValue(listSamples)) return List(screen);

        var messages = new List<EventFile>();
        foreach (var (name, bytes) in await ReadAsync(call, cancel))
        {
            if (!EventFile.TryRead(name, bytes, out var message, out var fault) || message is null) return screen.Fail(fault);
            messages.Add(message);
        }

        using var client = common.Client(call, clock);
        var rounds = call.GetValue(count);
        var isLong = messages.Count * rounds > LongestListing;
        var refused = 0;
        if (isLong && !screen.IsJson) await screen.ProgressAsync("Publishing", messages.Count * rounds, PublishAllAsync);
        else await PublishAllAsync(() => { });
        if (isLong) screen.Say(string.Create(CultureInfo.InvariantCulture, $"{messages.Count * rounds - refused} accepted, {refused} refused."));
        return refused == 0 ? CommandLine.Done : CommandLine.Failed;

        async Task PublishAllAsync(Action step)
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var message in messages)
                {
                    var answer = await client.PublishAsync(message, CallerFor(message, call), call.GetValue(key), call.GetValue(common.Token), cancel);
                    if (!answer.IsSuccess) refused++;
                    Report(message, answer, screen, silently: isLong && answer.IsSuccess);
                    step();
                }
            }
        }
    }

    private async Task<List<(string Name, byte[] Bytes)>> ReadAsync(ParseResult call, CancellationToken cancel)
    {
        var read = new List<(string, byte[])>();
        foreach (var file in call.GetValue(files) ?? []) read.Add((file.Name, await File.ReadAllBytesAsync(file.FullName, cancel)));
        foreach (var name in call.GetValue(samples) ?? []) read.Add((name, Sample.Find(name) ?? []));
        return read;
    }

    private CallingSystem CallerFor(EventFile message, ParseResult call) =>
        common.Caller(call, message.Type.IsPds || call.GetValue(asPds) ? CallingSystem.SamplePds : CallingSystem.SampleSupplier);

    private static void Report(EventFile message, NemsAnswer answer, Screen screen, bool silently)
    {
        screen.Json(new JsonObject
        {
            ["file"] = message.Name,
            ["eventType"] = message.Type.Code,
            ["status"] = answer.Status,
            ["eventId"] = answer.EventId,
            ["fault"] = answer.Fault,
            ["issues"] = Screen.ToJson(answer.Issues),
        });
        if (silently) return;
        if (answer.IsSuccess) screen.Good($"{message.Name}: accepted as {answer.EventId}");
        else screen.Bad($"{message.Name}: {answer.Summary}");
        screen.Show(answer.Issues);
    }

    private static int List(Screen screen)
    {
        foreach (var name in Sample.Names)
        {
            screen.Say(name);
            screen.Json(new JsonObject { ["sample"] = name });
        }

        return CommandLine.Done;
    }
}
