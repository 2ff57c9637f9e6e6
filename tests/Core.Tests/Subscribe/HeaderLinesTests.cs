using Nems.Core.Subscribe;

namespace Nems.Core.Tests.Subscribe;

public sealed class HeaderLinesTests
{
    private static readonly string Secret = Convert.ToBase64String(new byte[24]);

    [Theory]
    [InlineData("Authorization: Bearer x")]
    [InlineData("X-Api-Key:abc")]
    [InlineData("a!#$%&'*+-.^_`|~1: with: colons; and\ttabs")]
    public void A_line_of_name_and_value_is_sent(string line)
    {
        var lines = HeaderLines.Read([line]);

        Assert.Empty(lines.Problems);
        Assert.Single(lines.Sent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no colon")]
    [InlineData(": value")]
    [InlineData("Name:")]
    [InlineData("Name:   ")]
    [InlineData("Na me: x")]
    [InlineData("Name : x")]
    [InlineData(" Name: x")]
    [InlineData("Näme: x")]
    [InlineData("Name: x\r\nInjected: y")]
    [InlineData("Name: x\ny")]
    [InlineData("Name: x\0y")]
    [InlineData("Name: \u007f")]
    [InlineData("Name: ü")]
    [InlineData("Host: x")]
    [InlineData("CONTENT-LENGTH: 1")]
    [InlineData("Content-Type: text/plain")]
    [InlineData("Content-Encoding: gzip")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Connection: close")]
    [InlineData("Keep-Alive: 1")]
    [InlineData("Upgrade: h2c")]
    [InlineData("TE: trailers")]
    [InlineData("Trailer: x")]
    [InlineData("Proxy-Authorization: x")]
    [InlineData("Proxy-Anything: x")]
    [InlineData("Accept-Encoding: gzip")]
    [InlineData("Request-Id: x")]
    [InlineData("Correlation-Context: x")]
    [InlineData("HTTP2-Settings: x")]
    [InlineData("traceparent: x")]
    [InlineData("webhook-id: x")]
    [InlineData("Webhook-Signature: x")]
    [InlineData("Nems-Sequence: 1")]
    public void A_line_that_is_faulty_or_reserved_is_refused(string line)
    {
        var lines = HeaderLines.Read([line]);

        var problem = Assert.Single(lines.Problems);
        Assert.Equal("INVALID_RESOURCE", problem.Code.Code);
        Assert.Equal("Subscription.channel.header[0]", problem.Location);
        Assert.Empty(lines.Sent);
    }

    [Fact]
    public void Ten_lines_are_accepted_and_eleven_are_not()
    {
        Assert.Empty(HeaderLines.Read(Enumerable.Range(0, 10).Select(number => $"X-{number}: x")).Problems);
        Assert.Single(HeaderLines.Read(Enumerable.Range(0, 11).Select(number => $"X-{number}: x")).Problems);
    }

    [Fact]
    public void Lines_of_4096_characters_together_are_accepted_and_of_one_more_are_not()
    {
        Assert.Empty(HeaderLines.Read(["X: " + new string('a', 4_093)]).Problems);
        Assert.Single(HeaderLines.Read(["X: " + new string('a', 4_094)]).Problems);
    }

    [Theory]
    [InlineData("whsec_", true, 24)]
    [InlineData("whsec_", true, 64)]
    [InlineData("whsec_", false, 23)]
    [InlineData("whsec_", false, 65)]
    [InlineData("whsk_", false, 32)]
    [InlineData("", false, 32)]
    public void A_secret_has_24_to_64_bytes_and_is_taken_out(string prefix, bool accepted, int length)
    {
        var lines = HeaderLines.Read([$"Webhook-Secret: {prefix}{Convert.ToBase64String(new byte[length])}"]);

        Assert.Equal(accepted, lines.Problems.Count == 0);
        Assert.Equal(accepted ? length : null, lines.Secret?.Length);
        Assert.Empty(lines.Sent);
    }

    [Fact]
    public void A_secret_that_is_not_base64_or_is_given_twice_is_refused()
    {
        Assert.Single(HeaderLines.Read(["webhook-secret: whsec_***"]).Problems);
        Assert.Single(HeaderLines.Read([$"webhook-secret: whsec_{Secret}", $"webhook-secret: whsec_{Secret}"]).Problems);
    }

    [Theory]
    [InlineData("v1", true, false)]
    [InlineData("v1 v1a", true, true)]
    [InlineData("v1a", false, false)]
    [InlineData("v2", false, false)]
    public void The_signature_scheme_is_one_of_two(string value, bool accepted, bool asymmetric)
    {
        var lines = HeaderLines.Read([$"webhook-signature-scheme: {value}"]);

        Assert.Equal(accepted, lines.Problems.Count == 0);
        Assert.Equal(asymmetric, lines.SignAsymmetrically);
        Assert.Empty(lines.Sent);
    }

    [Theory]
    [InlineData("Authorization: Bearer x", "Authorization: ***")]
    [InlineData("Authorization: ***", "Authorization: ***")]
    [InlineData("s3cr3t", "***")]
    [InlineData("a b: s3cr3t", "***")]
    public void A_masked_line_shows_the_name_alone(string line, string masked) => Assert.Equal(masked, HeaderLines.Mask(line));

    [Fact]
    public void No_problem_quotes_a_line() =>
        Assert.All(HeaderLines.Read(["s3cr3t", "Host: s3cr3t", "webhook-secret: s3cr3t"]).Problems, problem => Assert.DoesNotContain("s3cr3t", problem.ToString(), StringComparison.Ordinal));
}
