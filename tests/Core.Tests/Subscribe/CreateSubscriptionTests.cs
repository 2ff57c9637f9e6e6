using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Problems;
using Nems.Core.Subscribe;
using Nems.Core.Tests.Fhir;

namespace Nems.Core.Tests.Subscribe;

public sealed class CreateSubscriptionTests
{
    [Fact]
    public async Task A_valid_subscription_is_stored_active_and_answered_with_its_id()
    {
        var nems = new SubscribeFixture();

        var created = await nems.CreatedAsync(new ASubscription());

        var stored = nems.Store.Stored[created.Id].Subscription;
        Assert.Equal(SubscriptionState.Active, stored.State);
        Assert.Equal("RR8", stored.Organisation);
        Assert.Equal(1 << EventType.ChangeOfAddress.Index, stored.Events);
        Assert.Equal(ChannelKind.Mesh, stored.Destination.Channel);
        Assert.Equal("RR8OT001", stored.Destination.Endpoint);
        Assert.Equal(created.VersionId, stored.VersionId);
        Assert.Null(created.Secret);
        Assert.Empty(created.Warnings);
        Assert.Matches("^[0-9a-f]{32}$", created.Id.ToString());
    }

    [Fact]
    public async Task The_moment_of_creation_is_not_later_than_the_clock_said()
    {
        var nems = new SubscribeFixture();

        var created = await nems.CreatedAsync(new ASubscription());

        Assert.Equal(ASubscription.Now.AddMilliseconds(123), created.LastModified);
        Assert.True(nems.Store.Stored[created.Id].Subscription.IsInForce(nems.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task An_explicit_subscription_is_kept_under_a_keyed_hash_of_the_number()
    {
        var nems = new SubscribeFixture();
        Assert.True(NhsNumber.TryParse("9434765919", out var number));

        var created = await nems.CreatedAsync(new ASubscription());

        Assert.Equal(KeyedHash.ExplicitMatchKey(SubscribeFixture.Hash.Patient(number)), nems.Store.Stored[created.Id].Subscription.MatchKey);
    }

    [Theory]
    [InlineData("GP_GP_GP", "b86056", "gp:B86056:vaccinations-1")]
    [InlineData("CHO_GP_CCG", "X2458", "gpicb:X2458:vaccinations-1")]
    [InlineData("CHO_POSTCODE_CCG", "X2458", "icb:X2458:vaccinations-1")]
    [InlineData("UHV_POSTCODE_LACODE", "e08000035", "la:E08000035:vaccinations-1")]
    [InlineData("COUNTRYCODE", "E92000001", "country:E92000001:vaccinations-1")]
    public async Task A_generic_subscription_is_kept_under_its_rule_code_and_event(string rule, string code, string key)
    {
        var nems = new SubscribeFixture();

        var created = await nems.CreatedAsync(new ASubscription
        {
            Criteria = $"/Bundle?type=message&subscriptionRuleType={rule}&Organization.identifier={code}&MessageHeader.event=vaccinations-1",
        });

        Assert.Equal(key, nems.Store.Stored[created.Id].Subscription.MatchKey);
    }

    [Fact]
    public async Task A_system_without_the_right_to_explicit_subscriptions_is_denied()
    {
        var nems = new SubscribeFixture();
        var caller = nems.Caller with { System = SubscribeFixture.Child with { MaySubscribeExplicitly = false } };

        Refuses(await nems.RefusedAsync(new ASubscription(), caller), "ACCESS_DENIED", 403);
        await nems.CreatedAsync(new ASubscription { Criteria = ASubscription.Generic }, caller);
    }

    [Fact]
    public async Task A_system_without_the_right_to_generic_subscriptions_is_denied()
    {
        var nems = new SubscribeFixture();
        var caller = nems.Caller with { System = SubscribeFixture.Child with { MaySubscribeByRule = false } };

        Refuses(await nems.RefusedAsync(new ASubscription { Criteria = ASubscription.Generic }, caller), "ACCESS_DENIED", 403);
        await nems.CreatedAsync(new ASubscription(), caller);
    }

    [Fact]
    public async Task Each_event_type_that_is_not_granted_is_denied()
    {
        var nems = new SubscribeFixture();
        var caller = nems.Caller with { System = SubscribeFixture.Child with { SubscribesTo = 1 << EventType.ChangeOfAddress.Index } };

        var refused = await nems.RefusedAsync(new ASubscription { Criteria = ASubscription.Explicit + "&MessageHeader.event=vaccinations-1&MessageHeader.event=newborn-hearing-1" }, caller);

        Assert.Equal(2, refused.Problems.Count);
        Refuses(refused, "ACCESS_DENIED", 403);
    }

    [Fact]
    public async Task An_unknown_organisation_is_not_found()
    {
        var nems = new SubscribeFixture();

        Refuses(await nems.RefusedAsync(new ASubscription { Contact = ASubscription.ContactOf("ZZ9") }), "ORGANISATION_NOT_FOUND", 404);
    }

    [Fact]
    public async Task An_organisation_of_another_system_fails_the_ASID_check()
    {
        var nems = new SubscribeFixture();

        Refuses(await nems.RefusedAsync(new ASubscription { Contact = ASubscription.ContactOf("B86056") }), "ASID_CHECK_FAILED", 403);
    }

    [Theory]
    [InlineData("rr8")]
    [InlineData("RR8")]
    public async Task Organisation_and_mailbox_may_be_in_any_case(string ods)
    {
        var nems = new SubscribeFixture();

        var created = await nems.CreatedAsync(new ASubscription
        {
            Contact = ASubscription.ContactOf(ods),
            Channel = """<type value="message"/><endpoint value="rr8ot001"/>""",
        });

        Assert.Equal("RR8OT001", nems.Store.Stored[created.Id].Subscription.Destination.Endpoint);
    }

    [Fact]
    public async Task An_unknown_mailbox_and_one_of_another_organisation_are_refused_in_the_same_words()
    {
        var nems = new SubscribeFixture();

        var unknown = await nems.RefusedAsync(new ASubscription { Channel = """<type value="message"/><endpoint value="NOWHERE"/>""" });
        var another = await nems.RefusedAsync(new ASubscription { Channel = """<type value="message"/><endpoint value="B86056OT001"/>""" });

        Refuses(unknown, "INVALID_RESOURCE", 422);
        Assert.Equal(unknown.Problems, another.Problems);
    }

    [Theory]
    [InlineData("http://hooks.rr8.example/in")]
    [InlineData("https://other.example/in")]
    [InlineData("https://hooks.rr8.example:8443/in")]
    [InlineData("https://user@hooks.rr8.example/in")]
    [InlineData("https://@hooks.rr8.example/in")]
    [InlineData("https://hooks.rr8.example/in#part")]
    [InlineData("https://hooks.rr8.example/i n")]
    [InlineData(" https://hooks.rr8.example/in")]
    [InlineData("https://hooks.rr8.example/in&#10;")]
    [InlineData("https:\\\\hooks.rr8.example/in")]
    [InlineData("//hooks.rr8.example/in")]
    [InlineData("/in")]
    [InlineData("hooks.rr8.example")]
    [InlineData("ftp://hooks.rr8.example/in")]
    [InlineData("https://hooks.rr8.example.evil.example/in")]
    [InlineData("https://other.example/?https://hooks.rr8.example/")]
    public async Task A_webhook_address_outside_the_rules_is_refused_and_leaves_no_secret(string endpoint)
    {
        var nems = new SubscribeFixture();

        Refuses(await nems.RefusedAsync(ASubscription.Webhook(endpoint)), "INVALID_RESOURCE", 422);

        Assert.Equal(0, nems.Secrets.Count);
    }

    [Theory]
    [InlineData("https://hooks.rr8.example/in")]
    [InlineData("https://hooks.rr8.example:443/in?a=b&amp;c=d")]
    [InlineData("HTTPS://HOOKS.rr8.example/in")]
    public async Task A_webhook_address_at_a_listed_host_is_accepted(string endpoint) =>
        await new SubscribeFixture().CreatedAsync(ASubscription.Webhook(endpoint));

    [Fact]
    public async Task Plain_http_is_accepted_only_where_the_deployment_exempts_the_address()
    {
        var sent = ASubscription.Webhook("http://127.0.0.1:18777/in");

        Refuses(await new SubscribeFixture().RefusedAsync(sent), "INVALID_RESOURCE", 422);
        Refuses(await new SubscribeFixture(null, "127.0.0.1:1").RefusedAsync(sent), "INVALID_RESOURCE", 422);
        await new SubscribeFixture(null, "127.0.0.1:*").CreatedAsync(sent);
    }

    [Fact]
    public async Task The_same_criteria_channel_and_endpoint_of_an_organisation_again_are_a_duplicate()
    {
        var nems = new SubscribeFixture();
        var first = await nems.CreatedAsync(new ASubscription());

        var refused = await nems.RefusedAsync(new ASubscription { Reason = """<reason value="Another reason"/>""" });

        var problem = Assert.Single(refused.Problems);
        Assert.Equal("DUPLICATE_REJECTED", problem.Code.Code);
        Assert.Equal($"subscription already exists : {first.Id}", problem.Diagnostics);
        Assert.Single(nems.Store.Stored);
        await nems.CreatedAsync(new ASubscription { Criteria = ASubscription.Explicit + "&tag=other" });
    }

    [Fact]
    public async Task A_refusal_lists_faults_of_the_resource_and_of_rights_together()
    {
        var nems = new SubscribeFixture();

        var refused = await nems.RefusedAsync(new ASubscription { Status = """<status value="off"/>""", Contact = ASubscription.ContactOf("ZZ9") });

        Assert.Equal(["INVALID_RESOURCE", "ORGANISATION_NOT_FOUND"], refused.Problems.Select(problem => problem.Code.Code).Order());
        Assert.Equal(404, Problem.StatusOf(refused.Problems));
    }

    [Fact]
    public async Task Every_published_example_is_created_for_an_organisation_that_may()
    {
        SubscriptionExamples.SkipWhereAbsent();
        var nems = new SubscribeFixture();

        foreach (var file in Directory.GetFiles(SubscriptionExamples.Folder!, "stu3-*message*.xml"))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.Contains("RR8", text, StringComparison.Ordinal);
            await nems.CreatedAsync(new ASubscription { Criteria = CriteriaOf(text) });
        }
    }

    private static string CriteriaOf(string xml) =>
        global::System.Xml.Linq.XDocument.Parse(xml).Root!.Elements().Single(element => element.Name.LocalName == "criteria").Attribute("value")!.Value;

    private static void Refuses(CreateSubscriptionResult.Refused refused, string code, int status)
    {
        Assert.Equal([code], refused.Problems.Select(problem => problem.Code.Code).Distinct());
        Assert.Equal(status, Problem.StatusOf(refused.Problems));
    }
}
