using System.Text.RegularExpressions;

namespace Nems.Architecture.Tests;

/// <summary>Rules of the house that a compiler does not know, read from the sources.</summary>
public sealed partial class SourceTests
{
    private const int LongestFile = 400;

    // A catch of everything, each with its reason. A catch that names types in its filter is none of these.
    private static readonly Dictionary<string, int> CatchAll = new()
    {
        // The HTTP error handler: answers an OperationOutcome, logs the type.
        ["Api/LastResort.cs"] = 1,
        // The writer's thread: the fault is its maker's, who is told; the thread goes on.
        ["Embedded/Writer.cs"] = 1,
        // The worker loops: a fault of one attempt or one page costs a retry, never the lane.
        ["Core/Lanes/LaneBoard.cs"] = 2,
        ["Core/Deliver/AttemptDelivery.cs"] = 1,
        ["Core/Match/LateMatcher.cs"] = 2,
        // The edge to the network: whatever a peer provokes is an outcome. Filtered by what the transport may throw; and one for a secret that cannot be read.
        ["Channels/Webhook/WebhookChannel.cs"] = 2,
        // A socket that was not handed on is closed whatever happened; the fault goes on.
        ["Channels/Webhook/WebhookTargetGuard.cs"] = 1,
        // Hostile bodies: filtered to what the FHIR library throws for bad input.
        ["Core/Fhir/FhirSyntax.cs"] = 2,
        // The command line: filtered to what a network can do to a call.
        ["Cli/Calls/NemsClient.cs"] = 2,
    };

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        var tooLong = Sources.Files.Where(file => file.Text.AsSpan().Count('\n') > LongestFile).Select(file => file.Path);

        Assert.True(Sources.Files.Count > 100, "the sources were not found");
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Everything_is_caught_only_where_a_reason_stands()
    {
        var found = Sources.Files
            .Select(file => (file.Path, Count: CatchOfEverything().Count(file.Text)))
            .Where(file => file.Count > 0)
            .ToDictionary(file => file.Path, file => file.Count);

        Assert.Equal(CatchAll.OrderBy(file => file.Key, StringComparer.Ordinal), found.OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void No_log_template_takes_an_object_apart()
    {
        Assert.DoesNotContain(Sources.Files, file => file.Text.Contains("{@", StringComparison.Ordinal));
    }

    [Fact]
    public void Logging_goes_through_generated_messages_alone()
    {
        // HostRun's words on a refused start go to standard error, before there is a log.
        var direct = Sources.Files.Where(file => DirectLog().IsMatch(file.Text)).Select(file => file.Path);

        Assert.Empty(direct);
    }

    [Fact]
    public void Every_log_message_has_an_id_and_a_name_of_its_own()
    {
        var messages = Sources.Files.SelectMany(file => LogMessage().Matches(file.Text).Select(match => (file.Path, Text: match.Value))).ToArray();
        var ids = messages.Select(message => EventIdOf().Match(message.Text).Groups[1].Value).ToArray();
        var names = messages.Select(message => EventNameOf().Match(message.Text).Groups[1].Value).ToArray();

        Assert.True(messages.Length > 20, "the log messages were not found");
        Assert.DoesNotContain("", ids);
        Assert.DoesNotContain("", names);
        Assert.Empty(Twins(ids));
        Assert.Empty(Twins(names));
    }

    [Fact]
    public void Every_log_message_id_lies_in_a_range_of_the_style()
    {
        var ids = Sources.Files.SelectMany(file => LogMessage().Matches(file.Text)).Select(match => int.Parse(EventIdOf().Match(match.Value).Groups[1].Value));

        Assert.All(ids, id => Assert.InRange(id, 1000, 5999));
    }

    [Fact]
    public void Nothing_is_left_to_do_in_the_sources_and_nothing_is_unwritten()
    {
        var unfinished = Sources.Files.Where(file => Unfinished().IsMatch(file.Text)).Select(file => file.Path);

        Assert.Empty(unfinished);
    }

    [Fact]
    public void No_rule_is_silenced_in_place_without_its_reason()
    {
        var silenced = Sources.Files.Where(file => file.Text.Contains("#pragma", StringComparison.Ordinal) || SilencedForNoReason().IsMatch(file.Text)).Select(file => file.Path);

        Assert.Empty(silenced);
    }

    private static IEnumerable<string> Twins(IEnumerable<string> values) => values.GroupBy(value => value).Where(group => group.Count() > 1).Select(group => group.Key);

    // Not "when (x is SomeType ...)": that names what it catches.
    [GeneratedRegex(@"catch\s*(?:\(\s*(?:System\.)?Exception\b(?!\s*\w*\s*\)\s*when\s*\(\s*\w+\s+is\s+[A-Z])|\{|\r?\n\s*\{)")]
    private static partial Regex CatchOfEverything();

    [GeneratedRegex(@"\.Log(?:Trace|Debug|Information|Warning|Error|Critical)\(")]
    private static partial Regex DirectLog();

    [GeneratedRegex(@"\[LoggerMessage\([^\]]*\)\]", RegexOptions.Singleline)]
    private static partial Regex LogMessage();

    [GeneratedRegex(@"EventId = (\d+)")]
    private static partial Regex EventIdOf();

    [GeneratedRegex(@"EventName = ""([a-z.-]+)""")]
    private static partial Regex EventNameOf();

    [GeneratedRegex(@"SuppressMessage\((?![^\r\n]*Justification = ""[^""]+"")")]
    private static partial Regex SilencedForNoReason();

    [GeneratedRegex(@"\b(?:TODO|FIXME|HACK|NotImplementedException)\b")]
    private static partial Regex Unfinished();
}
