using System.Text;
using Microsoft.AspNetCore.Http;

namespace Nems.Cli.Tests;

public sealed class ImportDemographicsCommandTests
{
    private const string Csv = "nhs_number,home_postcode,gp_code,flags,superseded_by\n9990000018,ZZ99 3VZ,B86056,,\n";

    [Fact]
    public async Task A_file_is_sent_as_it_is_with_the_key_of_the_operator()
    {
        await using var service = await FakeService.StartAsync(context => Answer(context, 200, """{"patients":1,"importedAt":"2026-03-02T09:00:00+00:00"}"""));
        var file = FileOf(Csv);

        var ran = await Ran.Async("import", "demographics", file, "--key", "an-operator-key", "--url", service.Url, "--json");

        var sent = Assert.Single(service.Requests);
        Assert.Equal(("POST", "/ops/demographics", "Bearer an-operator-key"), (sent.Method, sent.Path, sent.Headers["Authorization"]));
        Assert.Equal(Csv, Encoding.UTF8.GetString(sent.Body));
        Assert.Equal(0, ran.Exit);
        Assert.Equal(1, (int)Assert.Single(ran.Json)["patients"]!);
    }

    [Fact]
    public async Task Bad_lines_are_listed()
    {
        await using var service = await FakeService.StartAsync(context =>
            Answer(context, 422, """{"error":"Nothing was imported: every line must be good.","badLineCount":1,"badLines":[{"line":7,"problem":"flags may hold S and I alone"}]}"""));

        var ran = await Ran.Async("import", "demographics", FileOf(Csv), "--key", "k", "--url", service.Url);

        Assert.Equal(1, ran.Exit);
        Assert.Contains("Nothing was imported", ran.Output, StringComparison.Ordinal);
        Assert.Contains("7", ran.Output, StringComparison.Ordinal);
        Assert.Contains("flags may hold S and I alone", ran.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, """{"error":"An operator key is needed."}""", "An operator key is needed.")]
    [InlineData(500, "<html/>", "The service answered 500.")]
    [InlineData(200, "", "The service answered 200.")]
    public async Task A_refusal_is_told(int status, string body, string words)
    {
        await using var service = await FakeService.StartAsync(context => Answer(context, status, body));

        var ran = await Ran.Async("import", "demographics", FileOf(Csv), "--key", "k", "--url", service.Url);

        Assert.Equal(1, ran.Exit);
        Assert.Contains(words, ran.Output + ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_told()
    {
        var ran = await Ran.Async("import", "demographics", FileOf(Csv), "--key", "k", "--url", "http://127.0.0.1:1");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("did not answer", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_key_or_file_nothing_is_done()
    {
        Assert.Equal(2, (await Ran.Async("import", "demographics", FileOf(Csv))).Exit);
        Assert.Equal(2, (await Ran.Async("import", "demographics", "no-such-file.csv", "--key", "k")).Exit);
    }

    private static string FileOf(string content)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("nems-cli-").FullName, "table.csv");
        File.WriteAllText(path, content);
        return path;
    }

    private static Task Answer(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
