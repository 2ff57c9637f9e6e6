using System.Text;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;
using Nems.Core.Tests.Messages;

namespace Nems.Core.Tests.Fhir;

public sealed class HostileBodyTests
{
    private const string Open = """<Bundle xmlns="http://hl7.org/fhir">""";
    private static readonly FhirForm Xml = new(FhirRelease.Stu3, FhirFormat.Xml);
    private static readonly FhirForm Json = new(FhirRelease.R4, FhirFormat.Json);
    private static readonly EventMessageReader Reader = new();

    public static TheoryData<string, string> NotWellFormedXml => new()
    {
        { "nothing", "" },
        { "blanks", "  \n" },
        { "no markup", "Bundle" },
        { "JSON", """{"resourceType":"Bundle"}""" },
        { "a DTD", "<!DOCTYPE Bundle []>" + Open + "</Bundle>" },
        { "an external DTD", """<!DOCTYPE Bundle SYSTEM "http://127.0.0.1:1/x.dtd">""" + Open + "</Bundle>" },
        { "billion laughs", """<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY c "&a;&a;&a;&a;">]>""" + Open + "&c;</Bundle>" },
        { "an unknown entity", Open + """<id value="&x;"/></Bundle>""" },
        { "an entity in text", Open + "&x;</Bundle>" },
        { "a processing instruction", Open + "<?php echo?></Bundle>" },
        { "a processing instruction before the root", "<?x y?>" + Open + "</Bundle>" },
        { "two roots", Open + "</Bundle>" + Open + "</Bundle>" },
        { "text after the root", Open + "</Bundle>x" },
        { "an open element", Open + "<entry></Bundle>" },
        { "the same attribute twice", Open + """<id value="1" value="2"/></Bundle>""" },
        { "no namespace", "<Bundle></Bundle>" },
        { "another namespace", """<Bundle xmlns="http://hl7.org/fhir/"></Bundle>""" },
        { "another resource", """<Patient xmlns="http://hl7.org/fhir"/>""" },
        { "a character that XML forbids", Open + "<id value=\"&#1;\"/></Bundle>" },
        { "UTF-16 in the declaration", """<?xml version="1.0" encoding="utf-16"?>""" + Open + "</Bundle>" },
        { "Latin-1 in the declaration", """<?xml version="1.0" encoding="ISO-8859-1"?>""" + Open + "</Bundle>" },
        { "UTF-7 in the declaration", """<?xml version="1.0" encoding="utf-7"?>""" + Open + "</Bundle>" },
        { "an invented encoding", """<?xml version="1.0" encoding="x-fast"?>""" + Open + "</Bundle>" },
        { "100,000 attributes", Open + "<entry " + Numbered(100_000, "a{0}=\"\" ") + "/></Bundle>" },
        { "17 attributes", Open + "<entry " + Numbered(17, "a{0}=\"\" ") + "/></Bundle>" },
        { "too many names", Open + Numbered(2_000, "<n{0}/>") + "</Bundle>" },
        { "too many elements", Open + new StringBuilder().Insert(0, "<entry/>", 200_000) + "</Bundle>" },
        { "100,000 deep", Open + new StringBuilder().Insert(0, "<entry>", 100_000) },
        { "a narrative 100,000 deep", Open + """<text><div xmlns="http://www.w3.org/1999/xhtml">""" + new StringBuilder().Insert(0, "<p>", 100_000) },
    };

    public static TheoryData<string, string> NotWellFormedJson => new()
    {
        { "nothing", "" },
        { "XML", Open + "</Bundle>" },
        { "an array", "[]" },
        { "a number", "1" },
        { "no resourceType", "{}" },
        { "an empty resourceType", """{"resourceType":""}""" },
        { "another resource", """{"resourceType":"Patient"}""" },
        { "a resource without type", """{"resourceType":"Bundle","entry":[{"resource":{"id":"1"}}]}""" },
        { "a key twice", """{"resourceType":"Bundle","type":"message","type":"message"}""" },
        { "a key twice, further in", """{"resourceType":"Bundle","meta":{"tag":[{"code":"1","code":"2"}]}}""" },
        { "a key twice, once escaped", """{"resourceType":"Bundle","type":"message","\u0074ype":"batch"}""" },
        { "resourceType twice", """{"resourceType":"Bundle","resourceType":"Bundle"}""" },
        { "an unknown key twice", """{"resourceType":"Bundle","colour":1,"shade":{"colour":1},"colour":2}""" },
        { "a comment", """{"resourceType":"Bundle"/* here */}""" },
        { "a trailing comma", """{"resourceType":"Bundle",}""" },
        { "something after the end", """{"resourceType":"Bundle"} {}""" },
        { "null for a value", """{"resourceType":"Bundle","type":null}""" },
        { "an array in an array", """{"resourceType":"Bundle","entry":[[{}]]}""" },
        { "half a surrogate pair", """{"resourceType":"Bundle","id":"\ud800"}""" },
        { "half a surrogate pair in the narrative", """{"resourceType":"Bundle","text":{"div":"\udc00"}}""" },
        { "half a surrogate pair in a name", """{"resourceType":"Bundle","\ud800":"x"}""" },
        { "an underscore with a text", """{"resourceType":"Bundle","_type":"message"}""" },
        { "NaN", """{"resourceType":"Bundle","total":NaN}""" },
        { "too many names", "{\"resourceType\":\"Bundle\"" + Numbered(2_000, ",\"n{0}\":1") + "}" },
        { "a very long name", $$"""{"resourceType":"Bundle","{{new string('n', 100_000)}}":1}""" },
        { "too many elements", """{"resourceType":"Bundle","entry":[""" + string.Join(',', Enumerable.Repeat("1", 200_001)) + "]}" },
        { "100,000 deep", """{"resourceType":"Bundle","entry":""" + new string('[', 100_000) },
    };

    [Theory]
    [MemberData(nameof(NotWellFormedXml))]
    public void Xml_that_is_not_a_plain_Bundle_is_not_well_formed(string what, string body) => AssertNotWellFormed(what, Encoding.UTF8.GetBytes(body), Xml);

    [Theory]
    [MemberData(nameof(NotWellFormedJson))]
    public void Json_that_is_not_a_plain_Bundle_is_not_well_formed(string what, string body) => AssertNotWellFormed(what, Encoding.UTF8.GetBytes(body), Json);

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_not_well_formed()
    {
        foreach (var form in new[] { Xml, Json })
        {
            var text = form == Xml ? Sample.Of(EventType.Nipe) : JsonForm.Of(Sample.Of(EventType.Nipe, FhirRelease.R4));
            AssertNotWellFormed("Latin-1", Encoding.Latin1.GetBytes(text.Replace("HARTLEY", "H\u00c4RTLEY", StringComparison.Ordinal)), form);
            AssertNotWellFormed("UTF-16", Encoding.Unicode.GetBytes(text), form);
            AssertNotWellFormed("UTF-16 with its mark", (byte[])[.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)], form);
            AssertNotWellFormed("overlong", (byte[])[.. Encoding.UTF8.GetBytes(text), 0xC0, 0x80], form);
        }
    }

    [Theory]
    [InlineData(FhirFormat.Xml, 64, true)]
    [InlineData(FhirFormat.Xml, 65, false)]
    [InlineData(FhirFormat.Json, 64, true)]
    [InlineData(FhirFormat.Json, 65, false)]
    public void Depth_64_passes_and_65_does_not(FhirFormat format, int depth, bool passes)
    {
        var xml = Open + string.Concat(Enumerable.Repeat("<extension>", depth - 1)) + string.Concat(Enumerable.Repeat("</extension>", depth - 1)) + "</Bundle>";
        var json = """{"resourceType":"Bundle",""" + string.Concat(Enumerable.Repeat("\"meta\":{", depth - 1)) + new string('}', depth);

        var reading = Reader.Read(Encoding.UTF8.GetBytes(format == FhirFormat.Xml ? xml : json), new FhirForm(FhirRelease.R4, format), null);

        Assert.Equal(!passes, reading.Problems.Any(problem => problem.Code == SpineCode.MessageNotWellFormed));
    }

    [Theory]
    [InlineData(FhirFormat.Xml)]
    [InlineData(FhirFormat.Json)]
    public void A_body_cut_anywhere_is_not_well_formed(FhirFormat format)
    {
        var xml = Sample.Of(EventType.Birth, FhirRelease.R4).TrimEnd();
        var whole = Encoding.UTF8.GetBytes(format == FhirFormat.Xml ? xml : JsonForm.Of(xml));

        for (var part = 0; part < 50; part++)
            AssertNotWellFormed($"{part} of 50", whole.AsMemory(0, whole.Length * part / 50), new FhirForm(FhirRelease.R4, format));
    }

    [Theory]
    [InlineData(FhirFormat.Xml)]
    [InlineData(FhirFormat.Json)]
    public void A_byte_order_mark_and_a_declaration_are_welcome(FhirFormat format)
    {
        var xml = Sample.Of(EventType.Nipe, FhirRelease.R4);
        var text = format == FhirFormat.Xml ? """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""" + xml : JsonForm.Of(xml);

        var reading = Reader.Read((byte[])[.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)], new FhirForm(FhirRelease.R4, format), null);

        Assert.NotNull(reading.Message);
    }

    [Fact]
    public void Mutilated_bytes_give_an_answer_and_never_an_exception()
    {
        var random = new Random(20240610);
        var xml = Encoding.UTF8.GetBytes(Sample.Of(EventType.NewbornHearing, FhirRelease.R4));
        var json = Encoding.UTF8.GetBytes(JsonForm.Of(Sample.Of(EventType.NewbornHearing, FhirRelease.R4)));
        for (var round = 0; round < 2_000; round++)
        {
            var form = new FhirForm(FhirRelease.R4, round % 2 == 0 ? FhirFormat.Xml : FhirFormat.Json);
            var bytes = (form.Format == FhirFormat.Xml ? xml : json).ToArray();
            for (var hit = 0; hit < 1 + round % 4; hit++) bytes[random.Next(bytes.Length)] = (byte)random.Next(128);

            var reading = Reader.Read(bytes, form, null);

            Assert.Equal(reading.Problems.Count > 0, reading.Message is null);
        }
    }

    [Fact]
    public void Thousands_of_faults_are_answered_by_a_bounded_list_and_soon()
    {
        var entries = Numbered(25_000, """<entry><fullUrl value="{0}"/><resource><Patient><link><other><reference value="urn:uuid:no{0}"/></other></link></Patient></resource></entry>""");
        var body = Encoding.UTF8.GetBytes(Sample.Of(EventType.Birth, FhirRelease.R4).Replace("</Bundle>", entries + "</Bundle>", StringComparison.Ordinal));
        var started = TimeProvider.System.GetTimestamp();

        var reading = Reader.Read(body, new FhirForm(FhirRelease.R4, FhirFormat.Xml), null);

        Assert.Equal(200, reading.Problems.Count);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    private static void AssertNotWellFormed(string what, ReadOnlyMemory<byte> body, FhirForm form)
    {
        var reading = Reader.Read(body, form, null);

        Assert.True(reading.Problems is [{ Code: var code }] && code == SpineCode.MessageNotWellFormed, what);
        Assert.Null(reading.Message);
        Assert.Null(reading.Type);
    }

    private static string Numbered(int count, string pattern) =>
        string.Concat(Enumerable.Range(0, count).Select(number => pattern.Replace("{0}", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));
}
