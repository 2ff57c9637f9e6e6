using System.Text;
using CsCheck;
using Nems.Core.Events;
using Nems.Core.Fhir;

namespace Nems.Core.Tests.Fhir;

public sealed class SubscriptionReaderProperties
{
    private static readonly byte[] Json = SubscriptionReaderSample();

    [Theory]
    [InlineData(FhirFormat.Xml)]
    [InlineData(FhirFormat.Json)]
    public void A_body_with_bytes_changed_is_answered_without_an_exception(FhirFormat format)
    {
        var original = format == FhirFormat.Xml ? new ASubscription().Xml : Json;
        var form = new FhirForm(FhirRelease.Stu3, format);

        Gen.Select(Gen.Int[0, original.Length - 1], Gen.Byte[0x20, 0x7E]).Array[1, 4].Sample(changes =>
        {
            var body = original.ToArray();
            foreach (var (index, value) in changes) body[index] = value;
            Answers(body, form);
        }, iter: 3_000);
    }

    [Fact]
    public void JSON_with_any_value_in_any_place_is_answered_without_an_exception()
    {
        string[] names = ["id", "meta", "contained", "status", "contact", "end", "reason", "criteria", "error", "channel", "tag", "_status", "extension", "text", "language", "foo"];
        string[] values =
        [
            "null", "1", "true", "\"x\"", "\"\"", "[]", "{}", "[null]", "[[]]", "[{}]", "[1,\"a\"]", "{\"type\":1}", "[{\"resourceType\":\"Provenance\",\"a b\":{\"1\":[null]}}]",
            "{\"resourceType\":7}", "[{\"resourceType\":\"Provenance\",\"<\":1}]", "{\"header\":[null,1,{}]}", "{\"type\":\"rest-hook\",\"header\":[\"a: b\",\"webhook-secret: x\"]}", "1e400",
        ];

        Gen.Select(Gen.Int[0, names.Length - 1], Gen.Int[0, values.Length - 1]).Array[1, 5].Sample(members =>
        {
            var text = string.Join(',', members.DistinctBy(member => member.Item1).Select(member => $"\"{names[member.Item1]}\":{values[member.Item2]}"));
            Answers(Encoding.UTF8.GetBytes($$"""{"resourceType":"Subscription",{{text}}}"""), new FhirForm(FhirRelease.Stu3, FhirFormat.Json));
        }, iter: 5_000);
    }

    private static void Answers(byte[] body, FhirForm form)
    {
        var reading = SubscriptionReader.Read(body, form, ASubscription.Now);
        Assert.Equal(reading.Problems.Count > 0, reading.Resource.IsEmpty);
        Assert.True(reading.Problems.Count <= 50);
    }

    private static byte[] SubscriptionReaderSample() => Encoding.UTF8.GetBytes(
        $$$"""{"resourceType":"Subscription","status":"requested","contact":[{"system":"url","value":"https://directory.spineservices.nhs.uk/STU3/Organization/RR8","use":"work"}],"reason":"r","criteria":"{{{ASubscription.Explicit}}}","channel":{"type":"rest-hook","endpoint":"https://h/","payload":"application/fhir+json","header":["a: b"]}}""");
}
