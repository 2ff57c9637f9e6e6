using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Journey.Tests.Privacy;

/// <summary>The search itself must be able to find: a leak made on purpose, in each place and form, is seen.</summary>
public sealed class ScannerTests
{
    private static readonly Dictionary<string, Func<string, string>> Writings = new(StringComparer.Ordinal)
    {
        ["plain"] = value => $"Patient {value} was seen",
        ["lower case"] = value => value.ToLowerInvariant(),
        ["without blanks"] = value => value.Replace(" ", "", StringComparison.Ordinal),
        ["URL-encoded"] = Uri.EscapeDataString,
        ["form-encoded"] = value => value.Replace(' ', '+'),
        ["base64"] = value => Convert.ToBase64String(Encoding.UTF8.GetBytes(value)),
        ["base64 after one byte"] = value => Convert.ToBase64String(Encoding.UTF8.GetBytes("{" + value + "}")),
        ["base64 after two bytes"] = value => Convert.ToBase64String(Encoding.UTF8.GetBytes("{\"" + value + "\"}")),
        ["base64 of UTF-16"] = value => Convert.ToBase64String(Encoding.Unicode.GetBytes(value)),
        ["base64url in a token"] = value => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{{\"sub\":\"{value}\"}}")),
        ["hexadecimal"] = value => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value)),
        ["escaped for XML"] = value => System.Security.SecurityElement.Escape(value)!,
        ["escaped for JSON"] = value => JsonSerializer.Serialize(value),
    };

    public static TheoryData<string> Forms => [.. Writings.Keys];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_canary_is_found_in_every_form(string form)
    {
        var canaries = new Canaries();
        string[] values = [canaries.NhsNumber("number"), canaries.Name("name"), canaries.Postcode("postcode"), canaries.Line("line"), canaries.Date("date")];
        string[] places = ["number", "name", "postcode", "line", "date"];

        Assert.Equal(places, values.SelectMany(value => canaries.In(Writings[form](value))));
        Assert.Equal(places, values.SelectMany(value => canaries.In(Encoding.UTF8.GetBytes(Writings[form](value)))));
        Assert.Equal(places, values.SelectMany(value => canaries.In(Encoding.Unicode.GetBytes(Writings[form](value)))));
    }

    [Theory]
    [InlineData("{0} {1} {2}")]
    [InlineData("{0}-{1}-{2}")]
    [InlineData("{0}%20{1}%20{2}")]
    public void A_number_is_found_in_the_groups_in_which_people_write_it(string groups)
    {
        var canaries = new Canaries();
        var number = canaries.NhsNumber("number");

        Assert.Equal(["number"], canaries.In(string.Format(System.Globalization.CultureInfo.InvariantCulture, groups, number[..3], number[3..6], number[6..])));
    }

    [Fact]
    public void What_holds_no_canary_is_not_accused()
    {
        var canaries = new Canaries();
        canaries.NhsNumber("number");
        canaries.Name("name");

        Assert.Empty(canaries.In($"{Patients.Jo} {EventType.Birth.Code} {Guid.NewGuid()}"));
        Assert.True(NhsNumber.TryParse(canaries.All[0].Value, out _));
    }

    [Theory]
    [InlineData("UPDATE trail SET reason = 'seen: {0}' WHERE sequence = 1")]
    [InlineData("UPDATE trail SET subscription = CAST('{0}' AS BLOB) WHERE sequence = 1")]
    [InlineData("UPDATE trail SET elapsed = {0} WHERE sequence = 1")]
    [InlineData("CREATE TABLE more (words TEXT); INSERT INTO more VALUES ('{0}')")]
    public async Task A_canary_in_a_table_is_found(string sql)
    {
        var canaries = new Canaries();
        var number = canaries.NhsNumber("planted");
        using var directory = new TemporaryDirectory();
        await using (var nems = await NemsUnderTest.StartAsync([], directory: directory.Path)) await nems.Client.PublishAsync(Message.Hearing);
        var clean = StoreScan.Find(directory.File("data"), canaries);

        using (var connection = new SqliteConnection($"Data Source={directory.File("data/nems.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, number);
            command.ExecuteNonQuery();
        }

        Assert.Empty(clean);
        Assert.Contains("planted", Assert.Single(StoreScan.Find(directory.File("data"), canaries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_in_a_file_or_its_name_is_found()
    {
        var canaries = new Canaries();
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File($"export-{canaries.Name("file name")}.txt"), canaries.Line("file"), TestContext.Current.CancellationToken);

        Assert.Equal(2, StoreScan.Find(directory.Path, canaries).Count);
    }
}
