using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nems.Cli.Calls;

namespace Nems.Cli.Commands;

/// <summary><c>nems seed</c>: fills the store of a service in Development with subscriptions, for trials of scale.</summary>
internal static class SeedCommand
{
    public static Command Create(TimeProvider clock)
    {
        var common = new CallOptions();
        var subscriptions = Number("--subscriptions", "How many; one in a hundred is generic.");
        subscriptions.Required = true;
        var rules = Number("--rules", "Further rule subscriptions that cover everybody of --code, each wanting another event type, age or registration.");
        var rule = new Option<string>("--rule") { Description = "Their rule.", DefaultValueFactory = _ => "GP_GP_GP" };
        rule.AcceptOnlyFromAmong("GP_GP_GP", "CHO_GP_CCG", "CHO_POSTCODE_CCG", "UHV_POSTCODE_LACODE", "COUNTRYCODE");
        var code = new Option<string>("--code") { Description = "What it compares.", HelpName = "code", DefaultValueFactory = _ => "B86056" };
        var endpoint = new Option<Uri?>("--endpoint") { Description = "Webhook address of the subscriber.", HelpName = "address", CustomParser = CallOptions.HttpAddress };
        var key = new Option<string>("--key") { Description = "Operator key.", HelpName = "key", DefaultValueFactory = _ => SeedClient.DevelopmentKey };
        var command = new Command("seed", "Fill the store of a service in Development with subscriptions.")
        {
            subscriptions, rules, rule, code, endpoint, key, common.Ods, common.Url, common.Json,
        };
        command.SetAction((call, cancel) =>
        {
            var wanted = new JsonObject
            {
                ["subscriptions"] = call.GetValue(subscriptions), ["rules"] = call.GetValue(rules), ["ruleType"] = call.GetValue(rule), ["code"] = call.GetValue(code),
            };
            if (call.GetValue(endpoint) is { } address) wanted["endpoint"] = address.AbsoluteUri;
            if (call.GetValue(common.Ods) is { } ods) wanted["organisation"] = ods;
            return RunAsync(Screen.Of(call), call.GetRequiredValue(common.Url), call.GetRequiredValue(key), wanted, call.GetValue(subscriptions) + call.GetValue(rules), clock, cancel);
        });
        return command;
    }

    private static Option<int> Number(string name, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "number" };
        CallOptions.Require(option, text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _), $"{name} is a whole number from 0.");
        return option;
    }

    private static async Task<int> RunAsync(Screen screen, Uri service, string key, JsonObject wanted, int steps, TimeProvider clock, CancellationToken cancel)
    {
        using var client = new SeedClient(service, key);
        var start = clock.GetTimestamp();
        var answer = SeedAnswer.Failed("Nothing was asked for.");
        await screen.ProgressAsync("Subscriptions", steps, async report => answer = await client.SeedAsync(wanted, report, cancel));
        if (answer.Fault is not null) return screen.Fail(answer.Fault);

        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        screen.Good(string.Create(CultureInfo.InvariantCulture, $"{answer.Explicit} explicit, {answer.Generic} generic and {answer.Rules} covering rules in {seconds:0.0} s"));
        screen.Json(new JsonObject
        {
            ["explicit"] = answer.Explicit, ["generic"] = answer.Generic, ["rules"] = answer.Rules, ["seconds"] = Math.Round(seconds, 3),
        });
        return CommandLine.Done;
    }
}
