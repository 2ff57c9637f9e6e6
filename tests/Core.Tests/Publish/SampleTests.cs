using System.Text;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Tests.Messages;

namespace Nems.Core.Tests.Publish;

/// <summary>The samples are what the rule tests start from: each is accepted, silently, in all forms.</summary>
public sealed class SampleTests
{
    private static readonly EventMessageReader Reader = new();

    public static TheoryData<string, FhirRelease, FhirFormat, string> Forms()
    {
        var forms = new TheoryData<string, FhirRelease, FhirFormat, string>();
        foreach (var type in EventType.All)
            foreach (var kind in type.MessageEventTypes)
                foreach (var (release, format) in new[] { (FhirRelease.Stu3, FhirFormat.Xml), (FhirRelease.R4, FhirFormat.Xml), (FhirRelease.R4, FhirFormat.Json) })
                    forms.Add(type.Code, release, format, kind.ToString().ToLowerInvariant());
        return forms;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_valid_message_gives_neither_problem_nor_warning(string code, FhirRelease release, FhirFormat format, string kind)
    {
        Assert.True(EventType.TryParse(code, out var type));
        var xml = Sample.Of(type, release, kind);
        var body = format == FhirFormat.Json ? JsonForm.Of(xml) : xml;

        var reading = Reader.Read(Encoding.UTF8.GetBytes(body), new FhirForm(release, format), type.InteractionId);

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Warnings);
        Assert.Same(type, reading.Type);
        Assert.Equal(kind, reading.Message?.MessageEventType.ToString().ToLowerInvariant());
        Assert.Equal(Sample.Number, reading.Message?.Routing.NhsNumber?.Value);
        Assert.Equal(new DateOnly(1988, 4, 17), reading.Message?.Routing.BirthDate);
        Assert.Equal(new DateOnly(2024, 6, 10), reading.Message?.OccurredOn); // 23:30 UTC on the 9th is summer time's next day
    }

    [Theory]
    [InlineData(FhirFormat.Xml)]
    [InlineData(FhirFormat.Json)]
    public void A_birth_tells_the_address_and_practice_of_the_baby_alone(FhirFormat format)
    {
        var xml = Sample.Of(EventType.Birth, FhirRelease.R4);
        var routing = Reader.Read(Encoding.UTF8.GetBytes(format == FhirFormat.Json ? JsonForm.Of(xml) : xml), new FhirForm(FhirRelease.R4, format), null).Message?.Routing;

        Assert.Equal("LS1 1AA", routing?.HomePostcode);
        Assert.Equal("B00002", routing?.PracticeCode);
    }

    [Fact]
    public void A_change_of_GP_tells_both_practices_in_upper_case()
    {
        var routing = Reader.Read(Encoding.UTF8.GetBytes(Sample.Of(EventType.ChangeOfGp)), new FhirForm(FhirRelease.Stu3, FhirFormat.Xml), null).Message?.Routing;

        Assert.Equal("B86056", routing?.PracticeCode);
        Assert.Equal("B85612", routing?.PreviousPracticeCode);
    }
}
