using System.Text;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Tests.Messages;

namespace Nems.Core.Tests.Fhir;

public sealed class FhirDocumentTests
{
    [Fact]
    public void Xml_and_json_of_one_message_give_the_same_tree()
    {
        foreach (var type in EventType.All)
        {
            var xml = Sample.Of(type, FhirRelease.R4);

            Assert.Equal(Paths(xml, FhirFormat.Xml), Paths(JsonForm.Of(xml), FhirFormat.Json));
        }
    }

    [Fact]
    public void A_location_counts_repeated_elements_and_passes_over_the_type_of_a_resource()
    {
        using var document = Read("""
            <Bundle xmlns="http://hl7.org/fhir"><entry/><entry><resource><Patient><identifier/><identifier><value value="1"/></identifier>
            <gender value="male"/></Patient></resource></entry></Bundle>
            """, FhirFormat.Xml);
        var patient = document.Root.Children("entry").GetEnumerator();
        patient.MoveNext();
        patient.MoveNext();
        var element = patient.Current.Child("resource").Child("Patient");

        Assert.Equal("Bundle.entry[1].resource.gender", element.Child("gender").Location);
        Assert.Equal("Bundle.entry[1].resource.identifier[0]", element.Child("identifier").Location);
        Assert.Equal("Bundle.entry[1].resource.identifier[1].value", element.Child("identifier").Next.Child("value").Location);
    }

    [Fact]
    public void A_location_ends_where_the_names_are_not_those_of_FHIR()
    {
        using var document = Read("""{"resourceType":"Bundle","meta":{"9912003888":{"code":"1"}}}""", FhirFormat.Json);

        Assert.Equal("Bundle.meta", document.Root.Child("meta").FirstChild.Child("code").Location);
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle","given":["A",null,"C"],"_given":[null,{"id":"b"},{"id":"c"}]}""")]
    [InlineData("""{"_given":[null,{"id":"b"},{"id":"c"}],"given":["A",null,"C"],"resourceType":"Bundle"}""")]
    public void Extensions_of_primitives_join_the_value_of_the_same_place(string json)
    {
        using var document = Read(json, FhirFormat.Json);

        var given = new List<string>();
        foreach (var element in document.Root.Children("given")) given.Add($"{element.Value}/{element.Child("id").Value}");

        Assert.Equal(["A/", "/b", "C/c"], given);
    }

    [Fact]
    public void The_narrative_and_other_namespaces_are_passed_over()
    {
        using var document = Read("""
            <f:Bundle xmlns:f="http://hl7.org/fhir"><f:text><div xmlns="http://www.w3.org/1999/xhtml"><p>x<f:id value="no"/></p><br/></div></f:text>
            <id xmlns="urn:other" value="no"/><f:id value="yes"/></f:Bundle>
            """, FhirFormat.Xml);

        Assert.Equal("yes", document.Root.Child("id").Value.ToString());
        Assert.False(document.Root.Child("text").HasContent);
        Assert.Equal(1, document.Root.CountOf("id"));
    }

    [Fact]
    public void Values_are_told_without_their_escapes()
    {
        using var xml = Read("""<Bundle xmlns="http://hl7.org/fhir"><id value="a&amp;b&#x1F600;"/></Bundle>""", FhirFormat.Xml);
        using var json = Read("""{"resourceType":"Bundle","id":"a\u0026b\ud83d\ude00","total":39.0}""", FhirFormat.Json);

        Assert.Equal("a&b\U0001F600", xml.Root.Child("id").Value.ToString());
        Assert.Equal("a&b\U0001F600", json.Root.Child("id").Value.ToString());
        Assert.Equal("39.0", json.Root.Child("total").Value.ToString());
    }

    private static List<string> Paths(string body, FhirFormat format)
    {
        using var document = Read(body, format);
        var paths = new List<string>();
        for (var index = 0; index < document.Count; index++)
        {
            var element = new FhirElement(document, index);
            if (element.HasValue) paths.Add($"{element.Parent.Parent.Name}.{element.Parent.Name}.{element.Name}={element.Value}");
        }

        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    private static FhirDocument Read(string body, FhirFormat format)
    {
        Assert.True(FhirDocument.TryRead(Encoding.UTF8.GetBytes(body), format, out var document, out _));
        return document;
    }
}
