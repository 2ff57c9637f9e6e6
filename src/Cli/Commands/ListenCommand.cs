using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Nems.Cli.Receiving;
using NSec.Cryptography;
using Spectre.Console;

namespace Nems.Cli.Commands;

/// <summary><c>nems listen</c>: a webhook receiver that checks signatures and says what came, without patient data.</summary>
internal sealed partial class ListenCommand(TimeProvider clock)
{
    private readonly Option<int> port = new("--port") { Description = "Port on 127.0.0.1; 0 takes any free one.", DefaultValueFactory = _ => 18777 };
    private readonly Option<string[]> secrets = new("--secret") { Description = "Signing secret of the endpoint, whsec_...; repeatable while it is rotated.", HelpName = "secret" };
    private readonly Option<string[]> keys = new("--key") { Description = "Public key of the service for v1a, whpk_...", HelpName = "key" };
    private readonly Option<Uri?> keysFrom = new("--url") { Description = "Fetch the public keys from the service at this address.", HelpName = "address", CustomParser = CallOptions.HttpAddress };
    private readonly Option<int> status = new("--status") { Description = "What to answer: anything but 2xx plays a failing receiver.", DefaultValueFactory = _ => 200 };
    private readonly Option<int> count = new("--count") { Description = "Stop after so many webhooks; 0 never stops.", DefaultValueFactory = _ => 0 };
    private readonly Option<DirectoryInfo?> save = new("--save") { Description = "Keep each body as a file in this directory. That is patient data.", HelpName = "directory" };

    private readonly CallOptions common = new();

    public static Command Create(TimeProvider clock) => new ListenCommand(clock).Build();

    private Command Build()
    {
        var command = new Command("listen", "Receive webhooks and check their signatures.") { port, secrets, keys, keysFrom, status, count, save, common.Json };
        CallOptions.Require(secrets, text => WebhookVerifier.TryReadSecret(text, out _), "--secret is whsec_ and base64.");
        CallOptions.Require(keys, text => WebhookVerifier.TryReadKey(text, out _), "--key is whpk_ and the base64 of an Ed25519 public key.");
        CallOptions.Require(status, text => int.TryParse(text, CultureInfo.InvariantCulture, out var status) && status is >= 200 and <= 599, "--status is 200 to 599.");
        CallOptions.Require(port, text => ushort.TryParse(text, CultureInfo.InvariantCulture, out _), "--port is 0 to 65535.");
        CallOptions.Require(count, text => int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count >= 0, "--count is 0 or more.");
        command.SetAction((call, cancel) => RunAsync(call, Screen.Of(call), cancel));
        return command;
    }

    private async Task<int> RunAsync(ParseResult call, Screen screen, CancellationToken cancel)
    {
        if (await KeysAsync(call, cancel) is not { } publicKeys) return screen.Fail("The service did not give its public keys.");
        var verifier = new WebhookVerifier(clock, SecretsOf(call), publicKeys);
        var arrivals = Channel.CreateUnbounded<Arrival>(new UnboundedChannelOptions { SingleReader = true });
        var wanted = call.GetValue(port);
        await using var receiver = await Receiver.StartAsync(wanted, clock, () => verifier, call.GetValue(status), arrival => arrivals.Writer.TryWrite(arrival), cancel);
        if (receiver is null) return screen.Fail(string.Create(CultureInfo.InvariantCulture, $"Port {wanted} on 127.0.0.1 is taken. Choose another with --port."));

        screen.Say($"Listening at {receiver.Address} (Ctrl+C ends).");
        screen.Json(new JsonObject { ["listening"] = receiver.Address.AbsoluteUri });
        var limit = call.GetValue(count);
        var (came, doubtful) = (0, 0);
        try
        {
            await foreach (var arrival in arrivals.Reader.ReadAllAsync(cancel))
            {
                came++;
                if (arrival.Signature is not (SignatureCheck.Verified or SignatureCheck.Unchecked)) doubtful++;
                Report(arrival, screen);
                if (call.GetValue(save) is { } directory) await SaveAsync(arrival, directory, cancel);
                if (came == limit) break;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ctrl+C is how listening ends.
        }

        screen.Say(string.Create(CultureInfo.InvariantCulture, $"{came} received, {doubtful} with a signature that does not hold."));
        return doubtful == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private List<byte[]> SecretsOf(ParseResult call)
    {
        var read = new List<byte[]>();
        foreach (var text in call.GetValue(secrets) ?? [])
        {
            if (WebhookVerifier.TryReadSecret(text, out var secret)) read.Add(secret);
        }

        return read;
    }

    /// <summary>The keys given and fetched; null when fetching gave none.</summary>
    private async Task<List<PublicKey>?> KeysAsync(ParseResult call, CancellationToken cancel)
    {
        IEnumerable<string> texts = call.GetValue(keys) ?? [];
        if (call.GetValue(keysFrom) is { } service)
        {
            using var client = new Calls.NemsClient(service, string.Empty, clock);
            var document = await client.WebhookKeysAsync(cancel) ?? string.Empty;
            var fetched = PublishedKey().Matches(document.Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase)).Select(match => match.Value).ToList();
            if (fetched.Count == 0) return null;
            texts = texts.Concat(fetched);
        }

        var read = new List<PublicKey>();
        foreach (var text in texts)
        {
            if (WebhookVerifier.TryReadKey(text, out var key)) read.Add(key);
        }

        return read;
    }

    private static void Report(Arrival arrival, Screen screen)
    {
        screen.Json(new JsonObject
        {
            ["number"] = arrival.Number,
            ["at"] = arrival.At.ToString("O", CultureInfo.InvariantCulture),
            ["eventType"] = arrival.Type?.Code,
            ["eventId"] = arrival.EventId,
            ["webhookId"] = arrival.WebhookId,
            ["sequence"] = arrival.Sequence,
            ["subscriptions"] = arrival.Subscriptions,
            ["contentType"] = arrival.ContentType,
            ["bytes"] = arrival.Body.Length,
            ["signature"] = arrival.Signature.ToString(),
            ["repeat"] = arrival.IsRepeat,
            ["overtaken"] = arrival.IsOvertaken,
            ["replay"] = arrival.IsReplay,
            ["answered"] = arrival.Answered,
        });

        var marks = string.Concat(arrival.IsRepeat ? " repeat" : string.Empty, arrival.IsOvertaken ? " overtaken" : string.Empty, arrival.IsReplay ? " replay" : string.Empty);
        var colour = arrival.Signature switch
        {
            SignatureCheck.Verified => Color.Green,
            SignatureCheck.Unchecked => Color.Yellow,
            SignatureCheck.Missing or SignatureCheck.Stale or SignatureCheck.Wrong => Color.Red,
        };
        screen.Say(
            string.Create(CultureInfo.InvariantCulture, $"{arrival.At:HH:mm:ss.fff}  {arrival.Type?.Code ?? "not an event message"}  #{arrival.Sequence ?? "-"}  signature {arrival.Signature}{marks}  answered {arrival.Answered}"),
            new Style(colour));
        screen.Say($"              {arrival.WebhookId ?? "no webhook-id"}  for {arrival.Subscriptions ?? "no subscription named"}");
    }

    /// <summary>The name is the number and the format: nothing a sender chose becomes part of a path.</summary>
    private static async Task SaveAsync(Arrival arrival, DirectoryInfo directory, CancellationToken cancel)
    {
        directory.Create();
        var isJson = arrival.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;
        var name = string.Create(CultureInfo.InvariantCulture, $"{arrival.At:yyyyMMdd-HHmmss}-{arrival.Number:D4}.{(isJson ? "json" : "xml")}");
        await File.WriteAllBytesAsync(Path.Combine(directory.FullName, name), arrival.Body, cancel);
    }

    [GeneratedRegex("whpk_[A-Za-z0-9+/=_-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PublishedKey();
}
