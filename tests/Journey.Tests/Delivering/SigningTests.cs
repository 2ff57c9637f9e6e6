using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Nems.Testing;
using NSec.Cryptography;

namespace Nems.Journey.Tests.Delivering;

public sealed class SigningTests
{
    [Fact]
    public async Task Where_it_is_asked_for_both_signatures_come_and_the_published_key_verifies_the_second()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        var (_, secret) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url(), headers: "webhook-signature-scheme: v1 v1a");

        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));

        var request = (await subscriber.ReceivesAsync(1))[0];
        await subscriber.UntilAsync(seen => seen.Count == 1);
        var signatures = request.Headers["webhook-signature"].Split(' ');
        Assert.Equal(["v1", "v1a"], signatures.Select(signature => signature.Split(',')[0]));
        Assert.True(request.IsSignedWith(secret!));
        byte[] content = [.. Encoding.UTF8.GetBytes($"{request.Id}.{request.Headers["webhook-timestamp"]}."), .. request.Body];
        var key = await PublishedKeyAsync(nems);
        Assert.True(SignatureAlgorithm.Ed25519.Verify(key, content, Convert.FromBase64String(signatures[1]["v1a,".Length..])));
        content[^1] ^= 1;
        Assert.False(SignatureAlgorithm.Ed25519.Verify(key, content, Convert.FromBase64String(signatures[1]["v1a,".Length..])));
        Assert.DoesNotContain("webhook-signature-scheme", request.Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Where_it_is_not_asked_for_one_signature_comes()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());

        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));

        Assert.StartsWith("v1,", Assert.Single((await subscriber.ReceivesAsync(1))[0].Headers["webhook-signature"].Split(' ')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_the_subscriber_gives_is_used_and_never_echoed()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        var given = "whsec_" + Convert.ToBase64String(Encoding.ASCII.GetBytes("a secret of the subscriber's own"));
        var (id, shown) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url(), headers: $"webhook-secret: {given}");

        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));

        var request = (await subscriber.ReceivesAsync(1))[0];
        Assert.Null(shown);
        Assert.True(request.IsSignedWith(given));
        Assert.DoesNotContain(request.Headers, header => header.Key.Equals("webhook-secret", StringComparison.OrdinalIgnoreCase) || header.Value.Contains(given, StringComparison.Ordinal));
        using var answer = await nems.Client.GetSubscriptionAsync(id);
        var resource = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.DoesNotContain(given, resource, StringComparison.Ordinal);
        Assert.DoesNotContain(given["whsec_".Length..], resource, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_header_lines_arrive_as_they_were_given_and_are_masked_when_the_subscription_is_read()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        var (id, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url(), headers: ["Authorization: Bearer of-the-subscriber", "X-Route: ward 7, bed 3; a=b"]);

        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));

        var request = (await subscriber.ReceivesAsync(1))[0];
        Assert.Equal("Bearer of-the-subscriber", request.Headers["Authorization"]);
        Assert.Equal("ward 7, bed 3; a=b", request.Headers["X-Route"]);
        using var answer = await nems.Client.GetSubscriptionAsync(id);
        Assert.DoesNotContain("of-the-subscriber", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<PublicKey> PublishedKeyAsync(NemsUnderTest nems)
    {
        using var document = JsonDocument.Parse(await nems.Client.Http.GetStringAsync("/.well-known/webhook-keys.json", TestContext.Current.CancellationToken));
        var key = Assert.Single(document.RootElement.GetProperty("keys").EnumerateArray());
        return PublicKey.Import(SignatureAlgorithm.Ed25519, Base64Url.DecodeFromChars(key.GetProperty("x").GetString()), KeyBlobFormat.RawPublicKey);
    }
}
