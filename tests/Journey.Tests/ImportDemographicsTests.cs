using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Ports;
using Nems.Testing;

namespace Nems.Journey.Tests;

/// <summary>An operator replaces the table of demographics.</summary>
public sealed class ImportDemographicsTests
{
    private const string Header = "nhs_number,home_postcode,gp_code,flags,superseded_by\n";
    private const string Table = "Nems:Demographics:Source=Table";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_is_in_force_once_its_import_was_answered()
    {
        await using var nems = await NemsUnderTest.StartAsync([], settings: [Table]);
        Assert.Null((await GetAsync(nems))["edition"]);

        var (status, answer) = await PostAsync(nems, $"{Header}{Patients.Jo},zz99 3vz,b86056,,\r\n\"{Patients.Sam}\", \"\" ,,IS,{Patients.Alex}\n\n{Patients.Alex},,,s,");

        Assert.Equal((200, 3), (status, (int)answer["patients"]!));
        var jo = await FoundAsync(nems, Patients.Jo);
        Assert.Equal(("ZZ993VZ", "B86056", true), (jo.HomePostcode, jo.PracticeCode, jo.MayFlow));
        var sam = await FoundAsync(nems, Patients.Sam);
        Assert.Equal((null, null, true, true, Patients.Alex), (sam.HomePostcode, sam.PracticeCode, sam.IsSensitive, sam.IsInvalid, sam.SupersededBy!.Value));
        Assert.True((await FoundAsync(nems, Patients.Alex)).IsSensitive);
        Assert.Equal(3, (int)(await GetAsync(nems))["edition"]!["patients"]!);
    }

    [Fact]
    public async Task The_columns_may_stand_in_any_order_after_a_byte_order_mark()
    {
        await using var nems = await NemsUnderTest.StartAsync([], settings: [Table]);

        var (status, _) = await PostAsync(nems, $"\uFEFFflags,NHS_Number,gp_code,superseded_by,home_postcode\nS,{Patients.Jo},B86056,,ZZ99 3VZ\n");

        Assert.Equal(200, status);
        var jo = await FoundAsync(nems, Patients.Jo);
        Assert.Equal((true, "ZZ993VZ"), (jo.IsSensitive, jo.HomePostcode));
    }

    [Fact]
    public async Task One_bad_line_and_the_old_table_stays_and_the_answer_names_lines_without_content()
    {
        await using var nems = await NemsUnderTest.StartAsync([], settings: [Table]);
        await PostAsync(nems, $"{Header}{Patients.Jo},,,S,");

        var (status, answer) = await PostAsync(nems,
            $"{Header}{Patients.Jo},,,,\n9990000019,,,,\n{Patients.Sam},TELLING POSTCODE,,,\n{Patients.Sam},,TELLING!,,\n{Patients.Sam},,,T,\n{Patients.Sam},,,,{Patients.Sam}\n{Patients.Jo},,,,\n{Patients.Sam},,\n{Patients.Sam},,,,\u00e9\n");

        Assert.Equal(422, status);
        Assert.Equal([3, 4, 5, 6, 7, 8, 9, 10], answer["badLines"]!.AsArray().Select(line => (int)line!["line"]!));
        Assert.Equal(8, (int)answer["badLineCount"]!);
        Assert.DoesNotContain("999000", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("TELLING", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.True((await FoundAsync(nems, Patients.Jo)).IsSensitive);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("9990000018,,,,\n")]
    [InlineData("nhs_number,home_postcode,gp_code,flags\n")]
    [InlineData("nhs_number,home_postcode,gp_code,flags,superseded_by,name\n")]
    [InlineData("nhs_number,home_postcode,gp_code,flags,flags\n")]
    [InlineData(Header)]
    public async Task A_file_without_its_header_or_without_patients_is_refused(string csv)
    {
        await using var nems = await NemsUnderTest.StartAsync([], settings: [Table]);

        var (status, answer) = await PostAsync(nems, csv);

        Assert.Equal((422, 1), (status, (int)answer["badLineCount"]!));
        Assert.Null((await GetAsync(nems))["edition"]);
    }

    [Fact]
    public async Task An_endless_line_is_refused()
    {
        await using var nems = await NemsUnderTest.StartAsync([], settings: [Table]);

        var (status, answer) = await PostAsync(nems, Header + new string('9', 5_000_000));

        Assert.Equal((422, 2), (status, (int)answer["badLines"]![0]!["line"]!));
    }

    [Fact]
    public async Task Of_very_many_bad_lines_the_first_hundred_are_named_and_all_are_counted()
    {
        await using var nems = await NemsUnderTest.StartAsync([], settings: [Table]);

        var (_, answer) = await PostAsync(nems, Header + string.Concat(Enumerable.Repeat("x,,,,\n", 5000)));

        Assert.Equal((5000, 100), ((int)answer["badLineCount"]!, answer["badLines"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_large_table_is_taken_in_pieces()
    {
        await using var nems = await NemsUnderTest.StartAsync([], settings: [Table]);
        var numbers = Patients.Numbers(20_000);

        var (status, answer) = await PostAsync(nems, Header + string.Concat(numbers.Select(number => $"{number},ZZ99 3VZ,B86056,,\n")));

        Assert.Equal((200, 20_000), (status, (int)answer["patients"]!));
        Assert.NotNull(await FoundAsync(nems, numbers[^1]));
    }

    [Fact]
    public async Task Only_an_operator_may_import()
    {
        await using var nems = await NemsUnderTest.StartAsync([], settings: [Table]);

        var (status, _) = await PostAsync(nems, $"{Header}{Patients.Jo},,,,", key: "another-key");

        Assert.Equal(401, status);
        Assert.Null((await GetAsync(nems))["edition"]);
    }

    [Fact]
    public async Task A_service_that_takes_no_demographics_from_a_table_keeps_none()
    {
        await using var nems = await NemsUnderTest.StartAsync([]);

        var (status, _) = await PostAsync(nems, $"{Header}{Patients.Jo},,,,");

        Assert.Equal(409, status);
        Assert.Empty(Directory.GetFiles(nems.DataDirectory, "demographics*", SearchOption.AllDirectories));
    }

    private static async Task<PatientRecord> FoundAsync(NemsUnderTest nems, string text)
    {
        Assert.True(NhsNumber.TryParse(text, out var number));
        return Assert.IsType<DemographicsAnswer.Found>(await nems.Services.GetRequiredService<IDemographics>().LookUpAsync(number, TimeSpan.Zero, Cancel)).Record;
    }

    private static async Task<(int Status, JsonNode Answer)> PostAsync(NemsUnderTest nems, string csv, string key = TestRegistry.OperatorKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/demographics");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content = new StringContent(csv, Encoding.UTF8, "text/csv");
        using var response = await nems.Client.Http.SendAsync(request, Cancel);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!);
    }

    private static async Task<JsonNode> GetAsync(NemsUnderTest nems)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ops/demographics");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestRegistry.OperatorKey);
        using var response = await nems.Client.Http.SendAsync(request, Cancel);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
    }
}
