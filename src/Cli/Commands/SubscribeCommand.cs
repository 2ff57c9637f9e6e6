using System.CommandLine;
using System.Text.Json.Nodes;
using Nems.Cli.Calls;
using Nems.Cli.Receiving;
using Nems.Cli.Subscriptions;
using Nems.Core.Events;

namespace Nems.Cli.Commands;

/// <summary><c>nems subscribe</c>: creates a subscription from options or from a file, and shows the secret, once.</summary>
internal sealed class SubscribeCommand(TimeProvider clock)
{
    private const string AllEvents = "all";

    private readonly Option<FileInfo> from = new("--file") { Description = "A Subscription resource, instead of the options that describe one.", HelpName = "file" };
    private readonly Option<string?> organisation = new("--organisation") { Description = "ODS code of the subscriber.", HelpName = "code" };
    private readonly Option<Uri?> endpoint = new("--endpoint") { Description = "Webhook address.", HelpName = "address", CustomParser = CallOptions.HttpAddress };
    private readonly Option<string?> mailbox = new("--mailbox") { Description = "MESH mailbox.", HelpName = "id" };
    private readonly Option<string?> patient = new("--nhs-number") { Description = "Explicit: the patient.", HelpName = "number" };
    private readonly Option<string?> rule = new("--rule") { Description = "Generic: the rule.", HelpName = "rule" };
    private readonly Option<string?> code = new("--code") { Description = "Generic: the practice, area or country that the rule compares.", HelpName = "code" };
    private readonly Option<string[]> events = new("--event") { Description = "Event type; explicit: repeatable, or 'all'.", HelpName = "code" };
    private readonly Option<string[]> ages = new("--age") { Description = "Age filter such as lt19 or gt4; at most two.", HelpName = "age" };
    private readonly Option<string?> gpRegistration = new("--gp-registration") { Description = "Only registered or only unregistered patients.", HelpName = "which" };
    private readonly Option<string?> tag = new("--tag") { Description = "Comes back with each delivery.", HelpName = "tag" };
    private readonly Option<DateTimeOffset?> end = new("--end") { Description = "When the subscription ends.", HelpName = "time" };
    private readonly Option<string> reason = new("--reason") { Description = "Why, for people.", DefaultValueFactory = _ => "Direct care" };
    private readonly Option<string[]> headers = new("--header") { Description = "A header line 'Name: value' to send with each webhook.", HelpName = "line" };
    private readonly Option<string?> secret = new("--secret") { Description = "Your own signing secret, whsec_...", HelpName = "secret" };
    private readonly Option<bool> publicKey = new("--v1a") { Description = "Also sign with the service's public key." };

    private readonly CallOptions common = new();

    private Option[] Described =>
        [organisation, endpoint, mailbox, patient, rule, code, events, ages, gpRegistration, tag, end, headers, secret, publicKey];

    public static Command Create(TimeProvider clock) => new SubscribeCommand(clock).Build();

    private Command Build()
    {
        var command = new Command("subscribe", "Create a subscription.")
        {
            from, common.Url, common.Asid, common.Ods, common.ToAsid, common.Token, common.Json, reason,
        };
        foreach (var option in Described) command.Options.Add(option);
        rule.AcceptOnlyFromAmong("GP_GP_GP", "CHO_GP_CCG", "CHO_POSTCODE_CCG", "UHV_POSTCODE_LACODE", "COUNTRYCODE");
        gpRegistration.AcceptOnlyFromAmong("RegisteredOnly", "UnregisteredOnly");
        events.AcceptOnlyFromAmong([AllEvents, .. EventType.All.Select(type => type.Code)]);
        from.AcceptExistingOnly();
        command.Validators.Add(result =>
        {
            foreach (var fault in FaultsOf(result)) result.AddError(fault);
        });
        command.SetAction((call, cancel) => RunAsync(call, Screen.Of(call), cancel));
        return command;
    }

    private IEnumerable<string> FaultsOf(System.CommandLine.Parsing.CommandResult result)
    {
        bool Given(Option option) => result.GetResult(option) is { Implicit: false };

        if (Given(from))
        {
            if (Described.Any(Given)) yield return "--file holds the whole subscription: leave out the options that describe one.";
            yield break;
        }

        var wanted = result.GetValue(events) ?? [];
        if (!Given(organisation)) yield return "--organisation is needed, or --file.";
        if (Given(endpoint) == Given(mailbox)) yield return "Give either --endpoint or --mailbox.";
        if (Given(patient) == Given(rule)) yield return "Give either --nhs-number or --rule.";
        if (Given(rule) != Given(code)) yield return "--rule and --code go together.";
        if (wanted.Length == 0) yield return "Give at least one --event.";
        if (Given(rule) && (wanted.Length > 1 || wanted.Contains(AllEvents))) yield return "A rule takes exactly one --event.";
        if ((result.GetValue(ages)?.Length ?? 0) > 2) yield return "At most two --age.";
        if (Given(mailbox) && (Given(headers) || Given(secret) || Given(publicKey))) yield return "--header, --secret and --v1a are for webhooks.";
        if (result.GetValue(secret) is { } chosen && (!chosen.StartsWith("whsec_", StringComparison.Ordinal) || !WebhookVerifier.TryReadSecret(chosen, out _))) yield return "--secret is whsec_ and base64.";
        if ((result.GetValue(headers) ?? []).Any(line => line.IndexOf(':', StringComparison.Ordinal) < 1)) yield return "--header is 'Name: value'.";
    }

    private async Task<int> RunAsync(ParseResult call, Screen screen, CancellationToken cancel)
    {
        var file = call.GetValue(from) is { } given
            ? SubscriptionFile.Read(await File.ReadAllBytesAsync(given.FullName, cancel))
            : Describe(call);
        var caller = common.Caller(call, CallingSystem.SampleSubscriber with { Organisation = file.Organisation ?? CallingSystem.SampleSubscriber.Organisation });
        using var client = common.Client(call, clock);
        var answer = await client.SubscribeAsync(file.Bytes, file.Form, caller, call.GetValue(common.Token), cancel);
        screen.Json(new JsonObject
        {
            ["status"] = answer.Status,
            ["id"] = answer.CreatedId,
            ["location"] = answer.Location?.ToString(),
            ["secret"] = answer.Secret,
            ["fault"] = answer.Fault,
            ["issues"] = Screen.ToJson(answer.Issues),
        });
        if (answer.IsSuccess) screen.Good($"Subscription {answer.CreatedId}");
        else screen.Bad(answer.Summary);
        if (answer.Secret is not null) screen.Say($"Signing secret of this endpoint, shown this once: {answer.Secret}");
        screen.Show(answer.Issues);
        return answer.IsSuccess ? CommandLine.Done : CommandLine.Failed;
    }

    private SubscriptionFile Describe(ParseResult call)
    {
        var wanted = call.GetValue(events) ?? [];
        var request = new SubscriptionRequest
        {
            Organisation = call.GetValue(organisation) ?? string.Empty,
            Endpoint = call.GetValue(endpoint)?.AbsoluteUri,
            Mailbox = call.GetValue(mailbox),
            NhsNumber = call.GetValue(patient),
            Rule = call.GetValue(rule),
            Code = call.GetValue(code),
            Events = wanted.Contains(AllEvents) ? [.. EventType.All.Select(type => type.Code)] : wanted,
            Ages = call.GetValue(ages) ?? [],
            GpRegistration = call.GetValue(gpRegistration),
            Tag = call.GetValue(tag),
            End = call.GetValue(end),
            Reason = call.GetRequiredValue(reason),
            Headers = call.GetValue(headers) ?? [],
            Secret = call.GetValue(secret),
            WithPublicKeySignature = call.GetValue(publicKey),
        };
        return new SubscriptionFile(request.ToXml(), new FhirForm(FhirRelease.Stu3, FhirFormat.Xml), request.Organisation);
    }
}
