using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Publish.Rules;
using Nems.Core.Tests.Messages;

namespace Nems.Core.Tests.Fhir;

public sealed class PublishedExampleTests
{
    private static readonly FhirForm Stu3 = new(FhirRelease.Stu3, FhirFormat.Xml);
    private static readonly FhirForm R4 = new(FhirRelease.R4, FhirFormat.Json);
    private static readonly EventMessageReader Reader = new();

    public static TheoryData<string, string, string?, string?, string?, bool> Facts => new()
    {
        // file, event, home postcode, previous postcode, practice, has a routing number
        { "BirthNotificationWithMother.xml", "pds-birth-notification-1", "LS17 7DF", null, null, false },
        { "PDS-Change-Of-Address-ems-example.xml", "pds-change-of-address-1", "LS17 7DF", "WF14 0BQ", null, true },
        { "PDS-Change-Of-GP-ems-example.xml", "pds-change-of-gp-1", "LS17 7DF", null, "B86056", true },
        { "PDS-Death-Notification-informal-ems-example.xml", "pds-death-notification-1", "LS17 7DF", null, null, true },
        { "PDS-Record-Change.xml", "pds-record-change-1", null, null, null, true },
        { "Professional-Contacts-1-update.xml", "professional-contacts-1", "DH1 2TF", null, null, true },
        { "blood-spot-test-outcome-1-delete.xml", "blood-spot-test-outcome-1", null, null, null, true },
        { "newborn-hearing-1-new.xml", "newborn-hearing-1", "DH1 2TF", null, null, true },
        { "nipe-outcome-1-new.xml", "nipe-outcome-1", "DH1 2TF", null, null, true },
        { "vaccinations-1-delete.xml", "vaccinations-1", "DH1 2TF", null, null, true },
    };

    [Fact]
    public void Every_published_STU3_example_is_accepted()
    {
        var names = PublishedExamples.Names("stu3", ".xml");
        Assert.SkipUnless(names.Count > 0, "The published examples (shared/examples) are not beside this checkout.");

        var refused = names
            .Select(name => (name, reading: Reader.Read(PublishedExamples.Read("stu3", name), Stu3, null)))
            .Where(example => example.reading.Message is null)
            .Select(example => example.name + ": " + string.Join(" | ", example.reading.Problems));

        Assert.Equal(19, names.Count);
        Assert.Empty(refused);
    }

    [Fact]
    public void Every_R4_example_is_accepted_without_a_warning()
    {
        var names = PublishedExamples.Names("r4", ".json");
        Assert.SkipUnless(names.Count > 0, "The published examples (shared/examples) are not beside this checkout.");

        foreach (var name in names)
        {
            var reading = Reader.Read(PublishedExamples.Read("r4", name), R4, null);
            Assert.Empty(reading.Problems);
            Assert.Empty(reading.Warnings);
            Assert.NotNull(reading.Message?.Routing.NhsNumber);
        }
    }

    [Theory]
    [MemberData(nameof(Facts))]
    public void The_facts_for_matching_are_taken_from_an_example(
        string file, string type, string? home, string? previous, string? practice, bool hasNumber)
    {
        var message = Reader.Read(PublishedExamples.Read("stu3", file), Stu3, null).Message;

        Assert.NotNull(message);
        Assert.Equal(type, message.Type.Code);
        Assert.Equal(hasNumber ? "9912003888" : null, message.Routing.NhsNumber?.Value);
        Assert.Equal(home, message.Routing.HomePostcode);
        Assert.Equal(previous, message.Routing.PreviousPostcode);
        Assert.Equal(practice, message.Routing.PracticeCode);
    }

    [Fact]
    public void The_practice_that_was_left_is_told_by_a_change_of_GP_alone()
    {
        var message = Reader.Read(PublishedExamples.Read("stu3", "PDS-Change-Of-GP-ems-example.xml"), Stu3, null).Message;

        Assert.Equal("B85612", message?.Routing.PreviousPracticeCode);
    }

    [Fact]
    public void The_faults_of_the_published_examples_are_counted_and_no_others()
    {
        string[] Warned(string file) => Reader.Read(PublishedExamples.Read("stu3", file), Stu3, null).Warnings.Order(StringComparer.Ordinal).ToArray();

        Assert.Equal([Warnings.ElementOrder, Warnings.PatientBirthDateMissing, Warnings.PatientNumberCheckDigit, Warnings.PatientNumberDiffers,
                Warnings.PatientVersionIdMissing, Warnings.SourceNameMissing],
            Warned("PDS-Death-Notification-formal-ems-example.xml"));
        Assert.Equal([Warnings.OutcomeSystem, Warnings.PatientBirthDateDiffers, Warnings.SnomedCheckDigit],
            Warned("blood-spot-test-outcome-1-new.xml"));
        Assert.Equal([Warnings.AddressText, Warnings.FullUrlForm, Warnings.OrganizationCount, Warnings.PatientBirthDateDiffers,
                Warnings.PatientVersionIdMissing, Warnings.SourceNameMissing],
            Warned("PDS-Change-Of-Address-ems-example.xml"));
        Assert.Equal([Warnings.SourceNameMissing], Warned("PDS-Record-Change.xml"));
    }
}
