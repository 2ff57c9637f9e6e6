using System.Text.Json;
using System.Xml.Linq;
using Nems.Cli.Demonstration;
using Nems.Cli.Messages;
using Nems.Core.Events;

namespace Nems.Cli.Tests;

public sealed class SampleTests
{
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";

    public static TheoryData<string> Names => [.. Sample.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_sample_is_a_message_of_the_event_type_that_its_name_says(string name)
    {
        Assert.True(EventFile.TryRead(name, Sample.Find(name)!, out var file, out var fault), fault);
        Assert.StartsWith(file!.Type.Code + ".", name, StringComparison.Ordinal);
        Assert.Equal(name.Contains(".r4.", StringComparison.Ordinal) ? FhirRelease.R4 : FhirRelease.Stu3, file.Form.Release);
        Assert.Equal(name.EndsWith(".json", StringComparison.Ordinal) ? FhirFormat.Json : FhirFormat.Xml, file.Form.Format);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_reference_into_the_message_resolves_and_every_entry_has_its_own_address(string name)
    {
        var (addresses, ids, references) = Shape(name);

        Assert.Equal(addresses.Count, addresses.Distinct().Count());
        Assert.Equal(addresses, ids.Select(id => "urn:uuid:" + id));
        Assert.Empty(references.Where(reference => reference.StartsWith("urn:", StringComparison.Ordinal)).Except(addresses));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_nhs_number_is_from_the_range_for_tests_and_passes_its_check_digit(string name)
    {
        var text = System.Text.Encoding.UTF8.GetString(Sample.Find(name)!);
        var numbers = System.Text.RegularExpressions.Regex.Matches(text, """(?<=")9[0-9]{9}(?=")""").Select(match => match.Value).Distinct().ToList();

        Assert.NotEmpty(numbers);
        Assert.All(numbers, number => Assert.True(number.StartsWith("999", StringComparison.Ordinal) && NhsNumber.TryParse(number, out _)));
    }

    [Fact]
    public void All_ten_event_types_are_there_in_both_releases_and_every_message_event_type_too()
    {
        foreach (var type in EventType.All)
        {
            var names = Sample.Names.Where(name => name.StartsWith(type.Code + ".", StringComparison.Ordinal)).ToList();

            Assert.Contains(names, name => !name.Contains(".r4.", StringComparison.Ordinal));
            Assert.Contains(names, name => name.EndsWith(".r4.json", StringComparison.Ordinal));
            var said = names.Where(name => !name.Contains(".r4.", StringComparison.Ordinal)).Select(MessageEventTypeOf).Distinct();
            Assert.Equal(type.MessageEventTypes.Select(kind => kind.ToString().ToLowerInvariant()).Order(), said.Order());
        }

        Assert.Equal(2, Sample.Names.Count(name => name.EndsWith(".r4.xml", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_demonstration_publishes_one_message_of_each_type_and_one_in_r4()
    {
        var messages = Script.Samples.Select(Sample.Open).ToList();

        Assert.Equal(EventType.All.Select(type => type.Code).Order(), messages.Select(message => message.Type.Code).Order());
        Assert.Single(messages, message => message.Form.Release == FhirRelease.R4);
    }

    [Fact]
    public void No_two_samples_share_a_message_id()
    {
        var ids = Sample.Names.Where(name => !name.Contains(".r4.xml", StringComparison.Ordinal)).Select(name => Shape(name).Ids[0]).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void The_samples_lie_beside_the_tool_as_well()
    {
        Assert.All(Sample.Names, name =>
            Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "Samples", name)) || File.Exists(Path.Combine(AppContext.BaseDirectory, "Samples", name + ".xml"))));
    }

    [Theory]
    [InlineData("no-such-sample")]
    [InlineData("../README.md")]
    [InlineData("subscriptions/explicit-webhook")]
    public void What_is_no_message_is_not_found_as_a_sample(string name)
    {
        Assert.Null(Sample.Find(name));
    }

    private static string MessageEventTypeOf(string name) =>
        XDocument.Parse(System.Text.Encoding.UTF8.GetString(Sample.Find(name)!)).Descendants(Fhir + "extension")
            .Single(extension => ((string?)extension.Attribute("url"))!.EndsWith("Extension-MessageEventType-1", StringComparison.Ordinal))
            .Descendants(Fhir + "code").Single().Attribute("value")!.Value;

    private static (List<string> Addresses, List<string> Ids, List<string> References) Shape(string name)
    {
        var bytes = Sample.Find(name)!;
        if (name.EndsWith(".json", StringComparison.Ordinal))
        {
            using var document = JsonDocument.Parse(bytes);
            var entries = document.RootElement.GetProperty("entry").EnumerateArray().ToList();
            var found = System.Text.RegularExpressions.Regex.Matches(System.Text.Encoding.UTF8.GetString(bytes), "\"reference\": \"([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
            return ([.. entries.Select(entry => entry.GetProperty("fullUrl").GetString()!)], [.. entries.Select(entry => entry.GetProperty("resource").GetProperty("id").GetString()!)], found);
        }

        var root = XDocument.Load(new MemoryStream(bytes)).Root!;
        return (
            [.. root.Elements(Fhir + "entry").Select(entry => entry.Element(Fhir + "fullUrl")!.Attribute("value")!.Value)],
            [.. root.Elements(Fhir + "entry").Select(entry => entry.Element(Fhir + "resource")!.Elements().Single().Element(Fhir + "id")!.Attribute("value")!.Value)],
            [.. root.Descendants(Fhir + "reference").Select(reference => reference.Attribute("value")!.Value)]);
    }
}
