using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Ports;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>An imported table is in force whole or not at all.</summary>
public abstract class DemographicsTableContract(Backend backend) : ContractTest(backend)
{
    private IDemographicsTable Table => Backend.Services.GetRequiredService<IDemographicsTable>();

    [Fact]
    public void Before_the_first_import_nothing_can_be_answered()
    {
        Assert.IsType<DemographicsAnswer.Unavailable>(Table.Find(Number(Patients.Jo)));
        Assert.Null(Table.ReadEdition());
    }

    [Fact]
    public void What_was_imported_is_found_as_old_as_the_import()
    {
        var imported = Now;
        Import(Jo with { IsSensitive = true, SupersededBy = Number(Patients.Alex) }, Sam);
        Backend.Clock.Advance(TimeSpan.FromDays(400));

        Assert.Equal(new PatientRecord("ZZ993VZ", "B86056", true, false, Number(Patients.Alex), imported), Found(Patients.Jo));
        Assert.Equal(new PatientRecord(null, null, false, true, null, imported), Found(Patients.Sam));
        Assert.IsType<DemographicsAnswer.NoRecord>(Table.Find(Number(Patients.Alex)));
        Assert.Equal(new DemographicsEdition(imported, 2), Table.ReadEdition());
    }

    [Fact]
    public async Task An_import_is_there_after_a_restart()
    {
        Import(Jo);

        await Backend.RestartAsync();

        Assert.Equal("ZZ993VZ", Found(Patients.Jo).HomePostcode);
    }

    [Fact]
    public void A_new_edition_takes_the_place_of_the_old_in_one_step()
    {
        Import(Jo);
        Backend.Clock.Advance(TimeSpan.FromDays(1));
        using (var draft = Table.TryBegin()!)
        {
            Assert.True(draft.TryAdd(Sam));
            Assert.NotNull(Found(Patients.Jo));
            Assert.IsType<DemographicsAnswer.NoRecord>(Table.Find(Number(Patients.Sam)));
            draft.Commit();
            Assert.IsType<DemographicsAnswer.NoRecord>(Table.Find(Number(Patients.Jo)));
            Assert.Equal(Now, Found(Patients.Sam).AsOf);
        }

        Assert.Equal(1, Table.ReadEdition()!.Patients);
    }

    [Fact]
    public async Task A_draft_that_was_left_changes_nothing_not_even_after_a_restart()
    {
        Import(Jo);
        using (var draft = Table.TryBegin()!)
        {
            foreach (var number in Patients.Numbers(12_000)) draft.TryAdd(Sam with { Number = Number(number) });
        }

        Assert.NotNull(Found(Patients.Jo));
        await Backend.RestartAsync();
        Assert.NotNull(Found(Patients.Jo));
        Assert.Equal(1, Table.ReadEdition()!.Patients);
        Import(Sam);
        Assert.Equal(1, Table.ReadEdition()!.Patients);
    }

    [Fact]
    public void Many_patients_are_all_found()
    {
        var numbers = Patients.Numbers(12_000);
        using (var draft = Table.TryBegin()!)
        {
            foreach (var number in numbers) Assert.True(draft.TryAdd(Jo with { Number = Number(number), HomePostcode = "ZZ" + number[^5..] }));
            draft.Commit();
        }

        Assert.All(numbers, number => Assert.Equal("ZZ" + number[^5..], Found(number).HomePostcode));
    }

    [Fact]
    public void A_patient_is_in_an_edition_once()
    {
        using var draft = Table.TryBegin()!;

        Assert.True(draft.TryAdd(Jo));
        Assert.False(draft.TryAdd(Jo with { IsSensitive = true }));
        draft.Commit();

        Assert.False(Found(Patients.Jo).IsSensitive);
    }

    [Fact]
    public void One_edition_is_made_at_a_time()
    {
        using (var first = Table.TryBegin()!)
        {
            Assert.Null(Table.TryBegin());
        }

        using var second = Table.TryBegin();
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Readers_see_one_edition_or_the_other_while_editions_change()
    {
        Import(Jo with { PracticeCode = "E0" }, Sam with { PracticeCode = "E0" });
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var reads = 0;
            do
            {
                // The later read may see a newer edition, never an older one.
                var first = int.Parse(Found(Patients.Jo).PracticeCode![1..], System.Globalization.CultureInfo.InvariantCulture);
                var second = int.Parse(Found(Patients.Sam).PracticeCode![1..], System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(second >= first);
                reads++;
            }
            while (!over.IsCancellationRequested);

            return reads;
        })).ToArray();

        for (var edition = 1; edition <= 20; edition++) Import(Jo with { PracticeCode = $"E{edition}" }, Sam with { PracticeCode = $"E{edition}" });
        await over.CancelAsync();

        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 0));
        Assert.Equal("E20", Found(Patients.Jo).PracticeCode);
    }

    [Fact]
    public async Task The_table_as_a_source_answers_whatever_age_is_asked_for()
    {
        var source = new TableDemographics(Table);
        Assert.True(source.IsConfigured);
        Assert.IsType<DemographicsAnswer.Unavailable>(await source.LookUpAsync(Number(Patients.Jo), TimeSpan.Zero, Cancel));

        Import(Jo);
        Backend.Clock.Advance(TimeSpan.FromDays(30));

        Assert.IsType<DemographicsAnswer.Found>(await source.LookUpAsync(Number(Patients.Jo), TimeSpan.Zero, Cancel));
        Assert.IsType<DemographicsAnswer.NoRecord>(await source.LookUpAsync(Number(Patients.Sam), TimeSpan.Zero, Cancel));
    }

    private static DemographicsRow Jo => new(Number(Patients.Jo), "ZZ993VZ", "B86056", false, false, null);

    private static DemographicsRow Sam => new(Number(Patients.Sam), null, null, false, true, null);

    private static NhsNumber Number(string text) => NhsNumber.TryParse(text, out var number) ? number : throw new ArgumentException("not a number of the tests");

    private void Import(params DemographicsRow[] rows)
    {
        using var draft = Table.TryBegin();
        Assert.NotNull(draft);
        foreach (var row in rows) Assert.True(draft.TryAdd(row));
        draft.Commit();
    }

    private PatientRecord Found(string number) => Assert.IsType<DemographicsAnswer.Found>(Table.Find(Number(number))).Record;
}
