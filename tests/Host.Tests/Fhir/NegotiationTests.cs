using Microsoft.AspNetCore.Http;
using Nems.Api;
using Nems.Core.Events;
using Nems.Core.Problems;

namespace Nems.Host.Tests.Fhir;

public sealed class NegotiationTests
{
    [Theory]
    [InlineData(null, FhirFormat.Xml)]
    [InlineData("", FhirFormat.Xml)]
    [InlineData("application/fhir+xml", FhirFormat.Xml)]
    [InlineData("application/xml+fhir", FhirFormat.Xml)]
    [InlineData("application/fhir+json", FhirFormat.Json)]
    [InlineData("application/json+fhir", FhirFormat.Json)]
    [InlineData("application/fhir+xml;charset=utf-8", FhirFormat.Xml)]
    [InlineData("application/json+fhir ; charset=\"UTF-8\"", FhirFormat.Json)]
    [InlineData("Application/FHIR+JSON; Charset=Utf-8", FhirFormat.Json)]
    [InlineData("application/fhir+xml; fhirVersion=3.0", FhirFormat.Xml)]
    [InlineData("application/fhir+xml; fhirVersion=\"3.0\"; charset=utf-8", FhirFormat.Xml)]
    public void A_content_type_of_the_table_is_read(string? contentType, FhirFormat format)
    {
        var (body, answer, problems) = FhirHttp.Negotiate(Request(contentType), FhirRelease.Stu3, jsonAllowed: true);

        Assert.Empty(problems);
        Assert.Equal(new FhirForm(FhirRelease.Stu3, format), body);
        Assert.Equal(format, answer);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/xml")]
    [InlineData("text/plain")]
    [InlineData("nonsense")]
    [InlineData("application/fhir+xml; charset=iso-8859-1")]
    [InlineData("application/fhir+xml; fhirVersion=4.0")]
    [InlineData("application/fhir+xml, application/fhir+json")]
    [InlineData("application/*")]
    public void Any_other_content_type_is_415(string contentType)
    {
        var (body, answer, problems) = FhirHttp.Negotiate(Request(contentType), FhirRelease.Stu3, jsonAllowed: true);

        Assert.Null(body);
        Assert.Equal(FhirFormat.Xml, answer);
        Assert.Equal(415, Problem.StatusOf(problems));
        Assert.Equal("UNSUPPORTED_MEDIA_TYPE", Assert.Single(problems).Code.Code);
    }

    [Fact]
    public void JSON_is_415_and_406_where_only_XML_is_taken()
    {
        Assert.Equal(415, Problem.StatusOf(FhirHttp.Negotiate(Request("application/fhir+json"), FhirRelease.Stu3, jsonAllowed: false).Problems));
        Assert.Equal(406, Problem.StatusOf(FhirHttp.Negotiate(Request(null, "application/fhir+json"), FhirRelease.Stu3, jsonAllowed: false).Problems));
        Assert.Empty(FhirHttp.Negotiate(Request("application/fhir+xml", "application/fhir+xml"), FhirRelease.Stu3, jsonAllowed: false).Problems);
    }

    [Theory]
    [InlineData(null, FhirFormat.Json)]
    [InlineData("application/fhir+xml; fhirVersion=4.0", FhirFormat.Xml)]
    public void R4_means_JSON_where_nothing_is_said(string? contentType, FhirFormat format)
    {
        var (body, answer, problems) = FhirHttp.Negotiate(Request(contentType), FhirRelease.R4, jsonAllowed: true);

        Assert.Empty(problems);
        Assert.Equal(new FhirForm(FhirRelease.R4, format), body);
        Assert.Equal(format, answer);
    }

    [Theory]
    [InlineData("application/fhir+json", FhirFormat.Json)]
    [InlineData("application/json+fhir", FhirFormat.Json)]
    [InlineData("application/xml+fhir;charset=utf-8", FhirFormat.Xml)]
    [InlineData("*/*", FhirFormat.Xml)]
    [InlineData("application/*", FhirFormat.Xml)]
    [InlineData("text/html, */*;q=0.1", FhirFormat.Xml)]
    [InlineData("application/fhir+xml;q=0.5, application/fhir+json", FhirFormat.Json)]
    [InlineData("application/fhir+json;q=0.5, application/fhir+xml;q=0.6", FhirFormat.Xml)]
    [InlineData("application/fhir+json, application/fhir+xml", FhirFormat.Json)]
    [InlineData("application/fhir+xml, application/fhir+json", FhirFormat.Xml)]
    [InlineData("*/*, application/fhir+json", FhirFormat.Json)]
    [InlineData("application/fhir+xml;q=0, */*", FhirFormat.Json)]
    [InlineData("application/fhir+json;fhirVersion=4.0, application/fhir+xml;q=0.1", FhirFormat.Xml)]
    public void The_answer_is_what_Accept_prefers(string accept, FhirFormat format)
    {
        var (_, answer, problems) = FhirHttp.Negotiate(Request("application/fhir+xml", accept), FhirRelease.Stu3, jsonAllowed: true);

        Assert.Empty(problems);
        Assert.Equal(format, answer);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json")]
    [InlineData("text/*")]
    [InlineData("*/*;q=0")]
    [InlineData("application/fhir+xml;fhirVersion=4.0")]
    [InlineData("application/fhir+xml;charset=utf-16")]
    [InlineData("nonsense")]
    public void An_Accept_that_excludes_every_form_is_406_and_still_has_an_answer(string accept)
    {
        var (body, answer, problems) = FhirHttp.Negotiate(Request("application/fhir+json", accept), FhirRelease.Stu3, jsonAllowed: true);

        Assert.NotNull(body);
        Assert.Equal(FhirFormat.Xml, answer);
        Assert.Equal(406, Problem.StatusOf(problems));
    }

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("identity, br", false)]
    [InlineData("identity", true)]
    public void A_compressed_body_is_415(string encoding, bool accepted)
    {
        var request = Request("application/fhir+xml");
        request.Headers.ContentEncoding = encoding;

        var problems = FhirHttp.Negotiate(request, FhirRelease.Stu3, jsonAllowed: true).Problems;

        Assert.Equal(accepted ? [] : [415], problems.Select(problem => problem.Code.Status));
    }

    [Fact]
    public void No_problem_quotes_a_header()
    {
        var problems = FhirHttp.Negotiate(Request("9434765919/x", "9434765919/y"), FhirRelease.Stu3, jsonAllowed: true).Problems;

        Assert.Equal(2, problems.Count);
        Assert.All(problems, problem => Assert.DoesNotContain("9434765919", problem.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, null, FhirFormat.Xml, "application/xml+fhir;charset=utf-8")]
    [InlineData("application/fhir+xml", null, FhirFormat.Xml, "application/fhir+xml;charset=utf-8")]
    [InlineData("application/json+fhir", null, FhirFormat.Json, "application/json+fhir;charset=utf-8")]
    [InlineData("application/json+fhir", "application/fhir+json", FhirFormat.Json, "application/fhir+json;charset=utf-8")]
    [InlineData("application/fhir+json", "application/xml+fhir", FhirFormat.Xml, "application/xml+fhir;charset=utf-8")]
    public void An_answer_goes_out_under_the_name_that_the_caller_uses(string? contentType, string? accept, FhirFormat format, string name) =>
        Assert.Equal(name, FhirMediaTypes.NameFor(Request(contentType, accept), FhirRelease.Stu3, format));

    private static HttpRequest Request(string? contentType, string? accept = null)
    {
        var request = new DefaultHttpContext().Request;
        if (contentType is not null) request.Headers.ContentType = contentType;
        if (accept is not null) request.Headers.Accept = accept;
        return request;
    }
}
