using Nems.Core.Tests.Fhir;

namespace Nems.Core.Tests.Subscribe;

public sealed class WebhookSecretTests
{
    private const string Endpoint = "https://hooks.rr8.example/in";

    private static readonly byte[] Mine = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];
    private static readonly byte[] MyNext = [.. Enumerable.Range(2, 32).Select(value => (byte)value)];

    [Fact]
    public async Task The_first_subscription_to_an_endpoint_shows_a_generated_secret_and_later_ones_none()
    {
        var nems = new SubscribeFixture();

        var first = await nems.CreatedAsync(ASubscription.Webhook(Endpoint));
        var second = await nems.CreatedAsync(ASubscription.Webhook(Endpoint) with { Criteria = ASubscription.Generic });

        Assert.StartsWith("whsec_", first.Secret, StringComparison.Ordinal);
        Assert.Equal(Convert.FromBase64String(first.Secret!["whsec_".Length..]), await CurrentAsync(nems));
        Assert.Equal(32, (await CurrentAsync(nems)).Length);
        Assert.Null(second.Secret);
        Assert.DoesNotContain(first.Secret, first.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duplicate_reveals_and_changes_nothing()
    {
        var nems = new SubscribeFixture();
        await nems.CreatedAsync(ASubscription.Webhook(Endpoint, Line(Mine)));

        var refused = await nems.RefusedAsync(ASubscription.Webhook(Endpoint, Line(MyNext)));

        Assert.Equal("DUPLICATE_REJECTED", Assert.Single(refused.Problems).Code.Code);
        Assert.Equal(Mine, await CurrentAsync(nems));
    }

    [Fact]
    public async Task A_given_secret_is_stored_and_not_shown()
    {
        var nems = new SubscribeFixture();

        var created = await nems.CreatedAsync(ASubscription.Webhook(Endpoint, Line(Mine)));

        Assert.Null(created.Secret);
        Assert.Equal(Mine, await CurrentAsync(nems));
        Assert.Empty(nems.Store.Stored[created.Id].Subscription.Destination.Headers);
    }

    [Fact]
    public async Task Another_given_secret_is_a_rotation_with_a_day_of_overlap()
    {
        var nems = new SubscribeFixture();
        await nems.CreatedAsync(ASubscription.Webhook(Endpoint, Line(Mine)));

        await nems.CreatedAsync(ASubscription.Webhook(Endpoint, Line(MyNext)) with { Criteria = ASubscription.Generic });

        var secrets = await nems.Secrets.ReadAsync("RR8", Endpoint, TestContext.Current.CancellationToken);
        Assert.Equal(MyNext, secrets!.Current.ToArray());
        Assert.Equal(Mine, secrets.Previous?.ToArray());
        Assert.Equal(nems.Clock.GetUtcNow().AddHours(24), secrets.PreviousUntil);
    }

    [Fact]
    public async Task A_refused_subscription_makes_no_secret()
    {
        var nems = new SubscribeFixture();

        await nems.RefusedAsync(ASubscription.Webhook(Endpoint) with { Status = """<status value="active"/>""" });

        Assert.Equal(0, nems.Secrets.Count);
    }

    private static string Line(byte[] secret) => "webhook-secret: whsec_" + Convert.ToBase64String(secret);

    private static async Task<byte[]> CurrentAsync(SubscribeFixture nems) =>
        (await nems.Secrets.ReadAsync("RR8", Endpoint, TestContext.Current.CancellationToken))!.Current.ToArray();
}
