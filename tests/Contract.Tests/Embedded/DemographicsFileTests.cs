using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Ports;
using Nems.Embedded;
using Nems.Testing;

namespace Nems.Contract.Tests.Embedded;

/// <summary>What stands in the file of demographics: nothing that could be read, and nothing that could be moved about.</summary>
public sealed class DemographicsFileTests
{
    [Fact]
    public async Task Nothing_of_a_patient_can_be_read_in_the_files()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        var table = backend.Services.GetRequiredService<IDemographicsTable>();
        using (var draft = table.TryBegin()!)
        {
            draft.TryAdd(new DemographicsRow(Number(Patients.Jo), "ZZ993VZ", "B86056", true, false, Number(Patients.Sam)));
            draft.Commit();
        }

        Assert.IsType<DemographicsAnswer.Found>(table.Find(Number(Patients.Jo)));
        AssertSealed(backend.DataDirectory);
        await backend.StopAsync();
        AssertSealed(backend.DataDirectory);
    }

    [Fact]
    public async Task A_flag_does_not_show_in_the_length_of_what_is_sealed()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        var seal = new DemographicsSeal(backend.Services.GetRequiredService<Sealer>());

        var bare = seal.Seal(new PatientKey(1), new DemographicsRow(Number(Patients.Jo), null, null, false, false, null));
        var full = seal.Seal(new PatientKey(1), new DemographicsRow(Number(Patients.Jo), "ZZ993VZ", "ABCDEFGHIJKL", true, true, Number(Patients.Sam)));

        Assert.Equal(bare.Length, full.Length);
    }

    [Fact]
    public async Task What_was_sealed_for_another_patient_or_with_another_key_is_no_answer()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        var table = backend.Services.GetRequiredService<IDemographicsTable>();
        using (var draft = table.TryBegin()!)
        {
            draft.TryAdd(new DemographicsRow(Number(Patients.Jo), "ZZ993VZ", null, false, false, null));
            draft.TryAdd(new DemographicsRow(Number(Patients.Sam), "ZZ991ZZ", null, true, false, null));
            draft.Commit();
        }

        using (var connection = Database.Open(Path.Combine(backend.DataDirectory, SqliteDemographicsTable.FileName), readOnly: false))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE patients SET sealed = (SELECT p.sealed FROM patients p WHERE p.id <> patients.id)";
            Assert.Equal(2, command.ExecuteNonQuery());
        }

        // SQLite evaluates the rows one after the other: at least one of them now holds the other's.
        Assert.Contains([Patients.Jo, Patients.Sam], number => table.Find(Number(number)) is DemographicsAnswer.Unavailable);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_no_answer_and_no_exception()
    {
        using var directory = new TemporaryDirectory();
        await using (var backend = new SqliteBackend(directory.Path)) await backend.StartAsync();
        await File.WriteAllTextAsync(directory.File(SqliteDemographicsTable.FileName), new string('x', 40_000), TestContext.Current.CancellationToken);
        await using var again = new SqliteBackend(directory.Path);
        await again.StartAsync();
        var table = again.Services.GetRequiredService<IDemographicsTable>();

        Assert.IsType<DemographicsAnswer.Unavailable>(table.Find(Number(Patients.Jo)));
        Assert.Throws<StoreUnavailableException>(() => table.TryBegin());
        Assert.Throws<StoreUnavailableException>(() => table.TryBegin());
    }

    [Fact]
    public async Task No_file_is_made_where_no_table_is_used()
    {
        await using var backend = new SqliteBackend();
        await backend.StartAsync();
        _ = backend.Services.GetRequiredService<IDemographicsTable>();

        Assert.False(File.Exists(Path.Combine(backend.DataDirectory, SqliteDemographicsTable.FileName)));
    }

    private static void AssertSealed(string directory)
    {
        var files = Directory.GetFiles(directory, SqliteDemographicsTable.FileName + "*").Select(path =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var content = new MemoryStream();
            file.CopyTo(content);
            return content.ToArray();
        }).ToArray();
        Assert.Contains(files, file => file.AsSpan().IndexOf("CREATE TABLE"u8) >= 0);
        foreach (var text in new[] { Patients.Jo, Patients.Sam, "ZZ993VZ", "ZZ99", "B86056" })
        {
            Assert.DoesNotContain(files, file => file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
            Assert.DoesNotContain(files, file => file.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text)) >= 0);
        }
    }

    private static NhsNumber Number(string text) => NhsNumber.TryParse(text, out var number) ? number : throw new ArgumentException("not a number of the tests");
}
