using System.CommandLine;
using System.CommandLine.Parsing;
using Nems.Cli.Calls;

namespace Nems.Cli;

/// <summary>Options that several commands share, with one meaning. Each command has a set of its own.</summary>
internal sealed class CallOptions
{
    public const string JsonName = "--json";

    public Option<bool> Json { get; } = new(JsonName) { Description = "One JSON object a line, for programs." };

    public Option<Uri> Url { get; } = new("--url")
    {
        Description = "Where the service is.",
        HelpName = "address",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:5080"),
        CustomParser = HttpAddress,
    };

    public Option<string?> Asid { get; } = new("--asid") { Description = "ASID of the calling system. Default: that of the sample registry.", HelpName = "asid" };

    public Option<string?> Ods { get; } = new("--ods") { Description = "ODS code of the calling organisation. Default: that of the sample registry.", HelpName = "code" };

    public Option<string> ToAsid { get; } = new("--to-asid")
    {
        Description = "ASID of the service.",
        HelpName = "asid",
        DefaultValueFactory = _ => CallingSystem.SampleNemsAsid,
    };

    public Option<string?> Token { get; } = new("--token") { Description = "A bearer token to send instead of the unsigned one made here.", HelpName = "jwt" };

    /// <summary>An absolute http or https address.</summary>
    public static Uri? HttpAddress(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https") return address;
        result.AddError($"{result.Tokens[0].Value} is not an http or https address.");
        return null;
    }

    /// <summary>Refuses each value that the rule does not hold for, before anything is done.</summary>
    public static void Require(Option option, Func<string, bool> holds, string rule) =>
        option.Validators.Add(result =>
        {
            if (!result.Tokens.All(token => holds(token.Value))) result.AddError(rule);
        });

    /// <summary>The client for the service that <see cref="Url"/> names.</summary>
    public NemsClient Client(ParseResult call, TimeProvider clock) => new(call.GetRequiredValue(Url), call.GetRequiredValue(ToAsid), clock);

    /// <summary>The default caller with what <see cref="Asid"/> and <see cref="Ods"/> say otherwise.</summary>
    public CallingSystem Caller(ParseResult call, CallingSystem unlessGiven) =>
        new(call.GetValue(Asid) ?? unlessGiven.Asid, call.GetValue(Ods) ?? unlessGiven.Organisation);
}
