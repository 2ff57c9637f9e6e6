using System.Text;
using Microsoft.AspNetCore.Http;
using Nems.Api;
using Nems.Core.Events;
using Nems.Core.Problems;
using Nems.Core.Subscribe;

namespace Nems.Host.Tests.Fhir;

public sealed class FhirAnswerTests
{
    private static readonly SubscriptionId Id = new(Guid.Parse("ea0a485187204b49b978bdcf7102388c"));
    private static readonly DateTimeOffset Moment = new(2018, 5, 25, 16, 9, 50, 123, TimeSpan.Zero);

    [Fact]
    public async Task Problems_are_answered_as_an_outcome_with_the_status_of_the_first_kind()
    {
        var context = Context();
        Problem[] problems = [new(SpineCode.InvalidResource, "a"), new(SpineCode.AccessDenied, "b")];

        await FhirHttp.WriteProblemsAsync(context, FhirRelease.Stu3, FhirFormat.Json, problems, TestContext.Current.CancellationToken);

        var text = Text(context);
        Assert.Equal(403, context.Response.StatusCode);
        Assert.Equal("application/fhir+json;charset=utf-8", context.Response.ContentType);
        Assert.Equal(Encoding.UTF8.GetByteCount(text), context.Response.ContentLength);
        Assert.Contains("\"OperationOutcome\"", text, StringComparison.Ordinal);
        Assert.Contains("INVALID_RESOURCE", text, StringComparison.Ordinal);
        Assert.Contains("ACCESS_DENIED", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_401_says_how_to_authenticate()
    {
        var context = Context();

        await FhirHttp.WriteProblemsAsync(context, FhirRelease.Stu3, FhirFormat.Xml, [new Problem(SpineCode.AuthorCredentialsError, "a")], TestContext.Current.CancellationToken);

        Assert.Equal("Bearer", context.Response.Headers.WWWAuthenticate);
    }

    [Fact]
    public async Task A_creation_is_answered_with_the_published_headers_and_no_body()
    {
        var context = Context();

        await SubscriptionEndpoints.CreatedAsync(context, FhirFormat.Xml, new CreateSubscriptionResult.Created(Id, "1", Moment, null, [], default), TestContext.Current.CancellationToken);

        Assert.Equal(201, context.Response.StatusCode);
        Assert.Equal("https://nems.example/base/STU3/Subscription/ea0a485187204b49b978bdcf7102388c", context.Response.Headers.Location);
        Assert.Equal("W/\"1\"", context.Response.Headers.ETag);
        Assert.Equal("Fri, 25 May 2018 16:09:50 GMT", context.Response.Headers.LastModified);
        Assert.False(context.Response.Headers.ContainsKey("Webhook-Secret"));
        Assert.Equal("", Text(context));
    }

    [Fact]
    public async Task A_generated_secret_is_in_a_header_that_no_cache_keeps()
    {
        var context = Context();

        await SubscriptionEndpoints.CreatedAsync(context, FhirFormat.Xml, new CreateSubscriptionResult.Created(Id, "1", Moment, "whsec_x", [], default), TestContext.Current.CancellationToken);

        Assert.Equal("whsec_x", context.Response.Headers["Webhook-Secret"]);
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
    }

    [Fact]
    public async Task A_warning_goes_with_the_201()
    {
        var context = Context();
        var created = new CreateSubscriptionResult.Created(Id, "1", Moment, null, [new Problem(SpineCode.Deprecated, "soon")], default);

        await SubscriptionEndpoints.CreatedAsync(context, FhirFormat.Xml, created, TestContext.Current.CancellationToken);

        Assert.Equal(201, context.Response.StatusCode);
        Assert.Contains("DEPRECATED", Text(context), StringComparison.Ordinal);
        Assert.Contains("informational", Text(context), StringComparison.Ordinal);
    }

    private static DefaultHttpContext Context()
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = "https";
        context.Request.Host = new HostString("nems.example");
        context.Request.PathBase = "/base";
        context.Response.Body = new MemoryStream();
        return context;
    }

    private static string Text(HttpContext context) => Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
}
