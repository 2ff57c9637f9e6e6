
namespace Nems.Journey.Tests.Http;

/// <summary>NEMS specification 2.5: what may be sent and asked for.</summary>
public sealed class MediaTableTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("application/fhir+xml")]
    [InlineData("application/fhir+xml;charset=utf-8")]
    [InlineData("application/xml+fhir")]
    [InlineData("application/xml+fhir;charset=utf-8")]
    [InlineData("Application/FHIR+XML ; Charset=\"UTF-8\"")]
    [InlineData(null)]
    public async Task Publishing_takes_each_published_media_type_and_none(string? mediaType)
    {
        var call = ACall.Of("publish").Without("Content-Type");
        if (mediaType is not null) call.With("Content-Type", mediaType).With("Accept", mediaType);

        Assert.Equal(202, (await call.SendAsync(service.Address)).Status);
    }

    [Theory]
    [InlineData("publish", "application/fhir+json")]
    [InlineData("publish", "application/json")]
    [InlineData("publish", "text/xml")]
    [InlineData("publish", "application/fhir+xml;charset=utf-16")]
    [InlineData("publish", "application/fhir+xml;charset=iso-8859-1")]
    [InlineData("publish", "application/fhir+xml;fhirVersion=4.0")]
    [InlineData("publish", "application/fhir+xml, application/fhir+xml")]
    [InlineData("publish", "nonsense")]
    [InlineData("publish R4", "application/json")]
    [InlineData("publish R4", "application/fhir+json;charset=utf-16")]
    [InlineData("publish R4", "application/fhir+json;fhirVersion=3.0")]
    [InlineData("create", "application/json")]
    [InlineData("create", "text/plain")]
    [InlineData("create", "application/fhir+json;charset=ascii")]
    public async Task Any_other_content_type_is_a_415(string kind, string mediaType)
    {
        var answer = await ACall.Of(kind).With("Content-Type", mediaType).SendAsync(service.Address);

        Assert.Equal((415, "UNSUPPORTED_MEDIA_TYPE"), (answer.Status, answer.Codes().Single()));
        Assert.Equal("not-supported", answer.Issues()[0].Type);
    }

    [Theory]
    [InlineData("publish", "text/html")]
    [InlineData("publish", "application/fhir+json")]
    [InlineData("publish", "application/fhir+xml;q=0")]
    [InlineData("publish R4", "text/html")]
    [InlineData("create", "application/json")]
    [InlineData("read", "image/png")]
    [InlineData("delete", "application/fhir+xml;charset=utf-16")]
    public async Task An_Accept_that_excludes_every_form_is_a_406(string kind, string accept)
    {
        var answer = await ACall.Of(kind).With("Accept", accept).SendAsync(service.Address);

        Assert.Equal((406, "UNSUPPORTED_MEDIA_TYPE"), (answer.Status, answer.Codes().Single()));
    }

    [Theory]
    [InlineData("publish", null, "xml")]
    [InlineData("publish R4", null, "json")]
    [InlineData("publish R4", "application/fhir+xml", "xml")]
    [InlineData("create", null, "xml")]
    [InlineData("create", "application/fhir+json", "json")]
    [InlineData("read", null, "xml")]
    [InlineData("read", "application/json+fhir", "json")]
    [InlineData("read", "*/*", "xml")]
    [InlineData("delete", "application/fhir+xml;q=0.1, application/fhir+json", "json")]
    public async Task A_refusal_comes_in_the_form_asked_for_or_sent(string kind, string? accept, string form)
    {
        var call = ACall.Of(kind).With("toASID", "222222222222");
        if (accept is not null) call.With("Accept", accept);

        var answer = await call.SendAsync(service.Address);

        Assert.Equal(403, answer.Status);
        Assert.Contains(form, answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.EndsWith(";charset=utf-8", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.NotEmpty(answer.Issues());
        Assert.NotNull(answer.Outcome().Id);
    }

    [Fact]
    public async Task A_create_in_JSON_is_refused_in_JSON()
    {
        var answer = await ACall.Create("{}", "application/fhir+json").SendAsync(service.Address);

        Assert.Equal(422, answer.Status);
        Assert.Contains("json", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.NotEmpty(answer.Issues());
    }

    [Theory]
    [InlineData("publish", "gzip")]
    [InlineData("publish", "br")]
    [InlineData("publish R4", "deflate")]
    [InlineData("create", "identity, gzip")]
    public async Task A_compressed_body_is_a_415(string kind, string encoding)
    {
        var answer = await ACall.Of(kind).With("Content-Encoding", encoding).SendAsync(service.Address);

        Assert.Equal((415, "UNSUPPORTED_MEDIA_TYPE"), (answer.Status, answer.Codes().Single()));
    }
}
