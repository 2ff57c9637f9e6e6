using System.Text;

namespace Nems.Journey.Tests.Http;

/// <summary>Sizes, broken bodies and hostile ones (NEMS specification 3.2, 2.6; design 6).</summary>
public sealed class BodyTableTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const int Limit = 3_145_728;

    private static readonly Dictionary<string, Func<byte[], byte[]>> Breakages = new(StringComparer.Ordinal)
    {
        ["empty"] = _ => [],
        ["white space"] = _ => "  \r\n "u8.ToArray(),
        ["text"] = _ => "hello"u8.ToArray(),
        ["cut in the middle"] = body => body[..(body.Length / 2)],
        ["last byte gone"] = body => body[..^3],
        ["not UTF-8"] = body => [.. body[..^20], 0xC3, 0x28, .. body[^20..]],
        ["UTF-16"] = body => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body))],
        ["twice"] = body => [.. body, .. body],
        ["zeros"] = _ => new byte[1000],
        ["gzip"] = _ => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3],
    };

    private static readonly Dictionary<string, Func<string, string>> XmlAttacks = new(StringComparer.Ordinal)
    {
        ["DTD"] = xml => "<!DOCTYPE Bundle>" + xml,
        ["external entity"] = xml => "<!DOCTYPE Bundle [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>" + xml.Replace("value=\"message\"", "value=\"&x;\"", StringComparison.Ordinal),
        ["billion laughs"] = xml => "<!DOCTYPE Bundle [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>" + xml,
        ["undeclared entity"] = xml => xml.Replace("value=\"message\"", "value=\"&x;\"", StringComparison.Ordinal).Replace("value=\"requested\"", "value=\"&x;\"", StringComparison.Ordinal),
        ["declared as UTF-16"] = xml => "<?xml version=\"1.0\" encoding=\"utf-16\"?>" + xml,
    };

    public static TheoryData<string, string> Broken
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var kind in new[] { "publish", "publish R4", "create" })
                foreach (var breakage in Breakages.Keys) cases.Add(kind, breakage);
            return cases;
        }
    }

    public static TheoryData<string, string> Attacks
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var kind in new[] { "publish", "create" })
                foreach (var attack in XmlAttacks.Keys) cases.Add(kind, attack);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_body_that_does_not_parse_is_a_400(string kind, string breakage)
    {
        var call = ACall.Of(kind);
        call.Body = Breakages[breakage](call.Body);

        await NotWellFormedAsync(call);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task A_DTD_and_an_entity_are_a_400(string kind, string attack)
    {
        var call = ACall.Of(kind);
        call.Body = Encoding.UTF8.GetBytes(XmlAttacks[attack](Encoding.UTF8.GetString(call.Body)));

        await NotWellFormedAsync(call);
    }

    [Theory]
    [InlineData("publish", false)]
    [InlineData("publish", true)]
    [InlineData("publish R4", false)]
    [InlineData("publish R4", true)]
    public async Task Exactly_three_megabytes_pass_and_one_byte_more_is_a_413(string kind, bool isChunked)
    {
        var fits = ACall.Of(kind).Change(call => (call.Body, call.IsChunked) = (Filled(call.Body, Limit), isChunked));
        var tooLarge = ACall.Of(kind).Change(call => (call.Body, call.IsChunked) = (Filled(call.Body, Limit + 1), isChunked));

        var accepted = await fits.SendAsync(service.Address);
        var refused = await tooLarge.SendAsync(service.Address);

        Assert.True(accepted.Status == 202, accepted.ToString());
        Assert.Equal((413, "BAD_REQUEST"), (refused.Status, refused.Codes().Single()));
        Assert.Equal("too-long", refused.Issues()[0].Type);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_subscription_over_the_limit_is_a_413(bool isChunked)
    {
        var answer = await ACall.Of("create").Change(call => (call.Body, call.IsChunked) = (Filled(call.Body, Limit + 1), isChunked)).SendAsync(service.Address);

        Assert.Equal(413, answer.Status);
    }

    [Fact]
    public async Task A_length_over_the_limit_is_refused_before_a_byte_of_the_body_came()
    {
        var call = ACall.Of("publish").Change(call => (call.Body, call.AnnouncedLength) = ([], long.MaxValue));

        Assert.Equal(413, (await call.SendAsync(service.Address)).Status);
    }

    [Theory]
    [InlineData("publish", 64, true)]
    [InlineData("publish", 65, false)]
    [InlineData("publish R4", 64, true)]
    [InlineData("publish R4", 65, false)]
    public async Task Sixty_four_levels_are_read_and_sixty_five_are_not(string kind, int depth, bool isRead)
    {
        var call = ACall.Of(kind);
        call.Body = Encoding.UTF8.GetBytes(kind == "publish" ? NestedXml(Encoding.UTF8.GetString(call.Body), depth) : NestedJson(Encoding.UTF8.GetString(call.Body), depth));

        var answer = await call.SendAsync(service.Address);

        if (isRead) Assert.True(answer.Status == 202, answer.ToString());
        else Assert.Equal((400, "MESSAGE_NOT_WELL_FORMED"), (answer.Status, answer.Codes().Single()));
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("create")]
    public async Task A_caller_who_dies_in_the_middle_of_the_body_gets_nothing_stored_and_hurts_nobody(string kind)
    {
        var whole = ACall.Of(kind);
        var bytes = whole.ToBytes();

        var answer = await RawHttp.SendAsync(service.Address, bytes[..^100], thenEnd: true);

        Assert.True(answer is null or { Status: 400 }, answer?.ToString());
        Assert.Equal(200, (int)(await service.Nems.Client.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_property_given_twice_is_a_400()
    {
        var call = ACall.Of("publish R4");
        call.Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(call.Body).Replace("\"resourceType\": \"Bundle\",", "\"resourceType\": \"Bundle\", \"resourceType\": \"Bundle\",", StringComparison.Ordinal));

        await NotWellFormedAsync(call);
    }

    private async Task NotWellFormedAsync(ACall call)
    {
        var answer = await call.SendAsync(service.Address);

        Assert.True(answer.Status == 400, answer.ToString());
        var issue = answer.Issues().Single();
        Assert.Equal("MESSAGE_NOT_WELL_FORMED", issue.Code);
        Assert.Equal(("error", "structure"), (issue.Severity, issue.Type));
    }

    private static byte[] Filled(byte[] body, int length)
    {
        var filled = new byte[length];
        Array.Fill(filled, (byte)' ');
        body.CopyTo(filled, 0);
        return filled;
    }

    // The Bundle is the first level, the innermost extension the last.
    private static string NestedXml(string xml, int depth)
    {
        var levels = depth - 2;
        var nested = string.Concat(Enumerable.Repeat("<extension url=\"urn:x\">", levels)) + "<valueBoolean value=\"true\"/>" + string.Concat(Enumerable.Repeat("</extension>", levels));
        return xml.Replace("<type value=\"message\"/>", $"<type value=\"message\"/>{nested}", StringComparison.Ordinal);
    }

    // The root object is the first level; arrays and objects take turns in the rest.
    private static string NestedJson(string json, int depth)
    {
        var value = "1";
        for (var level = depth; level > 1; level--) value = level % 2 == 0 ? $"[{value}]" : $"{{\"extension\":{value}}}";
        var start = json.IndexOf('{', StringComparison.Ordinal) + 1;
        return json[..start] + $"\"extension\":{value}," + json[start..];
    }
}
