using Microsoft.AspNetCore.Http;
using Nems.Api;
using Nems.Core.Problems;

namespace Nems.Host.Tests.Auth;

public sealed class CallHeadersTests : IDisposable
{
    private const string Newborn = "urn:nhs:names:services:events:Newbornhearing.Write";

    private readonly Gate gate = new();

    public void Dispose() => gate.Dispose();

    [Theory]
    [InlineData("fromASID", null, "fromASID HTTP Header is missing")]
    [InlineData("fromASID", "", "fromASID HTTP Header is missing")]
    [InlineData("fromASID", "abc", "fromASID HTTP Header must be an ASID: 1 to 20 digits")]
    [InlineData("fromASID", "200000000205, 200000000205", "fromASID HTTP Header must be an ASID: 1 to 20 digits")]
    [InlineData("toASID", null, "toASID HTTP Header is missing")]
    [InlineData("toASID", "123456789012345678901", "toASID HTTP Header must be an ASID: 1 to 20 digits")]
    [InlineData("InteractionID", null, "InteractionID HTTP Header is missing")]
    [InlineData("InteractionID", "urn:nhs:names:services:clinicals-sync:SubscriptionsApiGet",
        "InteractionID HTTP Header must be urn:nhs:names:services:clinicals-sync:SubscriptionsApiPost")]
    [InlineData("InteractionID", "urn:nhs:names:services:clinicals-sync:subscriptionsapipost",
        "InteractionID HTTP Header must be urn:nhs:names:services:clinicals-sync:SubscriptionsApiPost")]
    public async Task A_missing_or_malformed_header_is_refused(string header, string? value, string diagnostics)
    {
        var context = ACall.With(ACall.Spine());
        if (value is null) context.Request.Headers.Remove(header);
        else context.Request.Headers[header] = value;

        var check = await gate.AskAsync(context);

        var problem = Assert.Single(check.Problems);
        Assert.Equal((SpineCode.MissingOrInvalidHeader, diagnostics), (problem.Code, problem.Diagnostics));
        Assert.Null(check.Caller);
    }

    [Theory]
    [InlineData("fromASID")]
    [InlineData("toASID")]
    [InlineData("InteractionID")]
    [InlineData("Authorization")]
    public async Task A_header_given_twice_is_refused_even_with_the_same_value(string header)
    {
        var context = ACall.With(ACall.Spine());
        context.Request.Headers[header] = new([context.Request.Headers[header][0], context.Request.Headers[header][0]]);

        var check = await gate.AskAsync(context);

        Assert.Contains("must be given once", Assert.Single(check.Problems).Diagnostics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_without_any_header_hears_of_all_four()
    {
        var check = await gate.AskAsync(new DefaultHttpContext());

        Assert.Equal(
            ["fromASID HTTP Header is missing", "toASID HTTP Header is missing", "InteractionID HTTP Header is missing", "The Authorisation header must be supplied"],
            check.Problems.Select(problem => problem.Diagnostics));
    }

    [Theory]
    [InlineData("111111111111", true)]
    [InlineData(ACall.Asid, true)]
    [InlineData("200000000307", false)]
    public async Task A_call_is_addressed_to_this_service_or_to_the_caller_itself(string to, bool isGood)
    {
        var context = ACall.With(ACall.Spine());
        context.Request.Headers["toASID"] = to;

        var check = await gate.AskAsync(context);

        Assert.Equal(isGood, check.Caller is not null);
        if (!isGood) Assert.Equal(SpineCode.AsidCheckFailed, Assert.Single(check.Problems).Code);
    }

    [Theory]
    [InlineData(Newborn, true)]
    [InlineData("URN:nhs:names:services:events:newbornhearing.write", true)]
    [InlineData("urn:nhs:names:services:events:newborn-hearing-1.Write", true)]
    [InlineData("urn:nhs:names:services:events:.Write", false)]
    [InlineData("urn:nhs:names:services:events:Newborn hearing.Write", false)]
    [InlineData("urn:nhs:names:services:events:Newbornhearing.Read", false)]
    [InlineData("urn:nhs:names:services:clinicals-sync:SubscriptionsApiPost", false)]
    public async Task Publishing_checks_the_shape_of_the_InteractionID_and_hands_it_on(string interaction, bool isGood)
    {
        var check = await gate.AskAsync(ACall.With(ACall.Spine(), interaction), CallKind.Publish);

        Assert.Equal(isGood ? interaction : null, check.InteractionId);
        Assert.Equal(isGood, check.Caller is not null);
    }

    [Theory]
    [InlineData(nameof(CallKind.PublishR4), "/R4/$process-message", true)]
    [InlineData(nameof(CallKind.CreateSubscription), "/R4/Subscription", true)]
    [InlineData(nameof(CallKind.CreateSubscription), "/STU3/Subscription", false)]
    [InlineData(nameof(CallKind.CreateSubscription), "/R4x/Subscription", false)]
    public async Task On_R4_the_token_alone_says_who_calls(string call, string path, bool isGood)
    {
        var context = ACall.With(ACall.Spine());
        context.Request.Path = path;
        foreach (var header in (string[])["fromASID", "toASID", "InteractionID"]) context.Request.Headers.Remove(header);

        var check = await gate.AskAsync(context, Enum.Parse<CallKind>(call));

        Assert.Equal(isGood, check.Caller is not null);
        Assert.Null(check.InteractionId);
    }

    [Theory]
    [InlineData("fromASID", "200000000307")]
    [InlineData("fromASID", "")]
    [InlineData("toASID", "200000000307")]
    [InlineData("InteractionID", "urn:nhs:names:services:events:Newbornhearing")]
    public async Task On_R4_a_header_that_is_given_must_agree_with_the_token(string header, string value)
    {
        var context = ACall.With(ACall.Spine(), Newborn);
        context.Request.Path = "/R4/$process-message";
        context.Request.Headers[header] = value;

        var check = await gate.AskAsync(context, CallKind.PublishR4);

        Assert.Null(check.Caller);
        Assert.Single(check.Problems);
    }

    [Fact]
    public async Task On_R4_a_toASID_may_be_that_of_the_token()
    {
        var context = ACall.With(ACall.Spine(), Newborn);
        context.Request.Headers.Remove("fromASID");
        context.Request.Headers["toASID"] = ACall.Asid;

        var check = await gate.AskAsync(context, CallKind.PublishR4);

        Assert.NotNull(check.Caller);
    }

    [Fact]
    public async Task Refused_calls_are_counted_by_the_minute_and_not_listed()
    {
        await gate.AskAsync(new DefaultHttpContext());
        await gate.AskAsync(new DefaultHttpContext());
        gate.Clock.Advance(TimeSpan.FromMinutes(1));
        gate.Clock.Advance(TimeSpan.FromMinutes(1));

        var line = Assert.Single(gate.RefusedLog.Lines);
        Assert.StartsWith("In the last minute 2 calls were refused: 2 for headers or token", line.Text, StringComparison.Ordinal);
    }
}
