using System.Text;
using Microsoft.Extensions.Time.Testing;
using Nems.Cli.Receiving;
using NSec.Cryptography;

namespace Nems.Cli.Tests;

public sealed class WebhookVerifierTests
{
    private const string Secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly byte[] Payload = """{"test": 2432232314}"""u8.ToArray();

    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(1614265330));

    [Theory]
    [InlineData(Secret)]
    [InlineData("whsec_" + Secret)]
    public void The_published_signature_holds_with_the_published_secret(string secret)
    {
        Assert.Equal(SignatureCheck.Verified, With(secret).Check(Id, Timestamp, Signature, Payload));
    }

    [Theory]
    [InlineData("v1,AAhM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,!!")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,")]
    public void Any_other_signature_does_not_hold(string signature)
    {
        Assert.Equal(SignatureCheck.Wrong, With(Secret).Check(Id, Timestamp, signature, Payload));
    }

    [Fact]
    public void A_changed_body_id_or_timestamp_breaks_the_signature()
    {
        var verifier = With(Secret);

        Assert.Equal(SignatureCheck.Wrong, verifier.Check(Id, Timestamp, Signature, "{}"u8));
        Assert.Equal(SignatureCheck.Wrong, verifier.Check("msg_other", Timestamp, Signature, Payload));
        Assert.Equal(SignatureCheck.Wrong, verifier.Check(Id, "1614265331", Signature, Payload));
    }

    [Fact]
    public void One_right_signature_among_several_is_enough()
    {
        Assert.Equal(SignatureCheck.Verified, With(Secret).Check(Id, Timestamp, $"v1a,AAAA v1,AAAA {Signature}", Payload));
    }

    [Fact]
    public void While_a_secret_is_rotated_either_one_verifies()
    {
        var verifier = With("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Secret);

        Assert.Equal(SignatureCheck.Verified, verifier.Check(Id, Timestamp, Signature, Payload));
    }

    [Theory]
    [InlineData(300, SignatureCheck.Verified)]
    [InlineData(301, SignatureCheck.Stale)]
    [InlineData(-300, SignatureCheck.Verified)]
    [InlineData(-301, SignatureCheck.Stale)]
    public void Five_minutes_either_way_are_tolerated(int seconds, object expected)
    {
        var moved = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1614265330 + seconds));
        var verifier = new WebhookVerifier(moved, [Bytes(Secret)], []);

        Assert.Equal(expected, verifier.Check(Id, Timestamp, Signature, Payload));
    }

    [Theory]
    [InlineData(null, Timestamp, Signature)]
    [InlineData(Id, null, Signature)]
    [InlineData(Id, Timestamp, null)]
    [InlineData(Id, "soon", Signature)]
    [InlineData(Id, "-1", Signature)]
    [InlineData(Id, "99999999999999999", Signature)]
    public void An_absent_or_malformed_header_is_told_apart_from_a_wrong_signature(string? id, string? timestamp, string? signature)
    {
        Assert.Equal(SignatureCheck.Missing, With(Secret).Check(id, timestamp, signature, Payload));
    }

    [Fact]
    public void Without_secret_and_key_nothing_is_checked()
    {
        Assert.Equal(SignatureCheck.Unchecked, new WebhookVerifier(clock, [], []).Check(Id, Timestamp, Signature, Payload));
    }

    [Fact]
    public void A_public_key_signature_holds_with_its_key_and_with_no_other()
    {
        using var pair = Key.Create(SignatureAlgorithm.Ed25519);
        using var stranger = Key.Create(SignatureAlgorithm.Ed25519);
        byte[] content = [.. Encoding.UTF8.GetBytes($"{Id}.{Timestamp}."), .. Payload];
        var signature = $"v1a,{Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(pair, content))}";
        var text = "whpk_" + Convert.ToBase64String(pair.PublicKey.Export(KeyBlobFormat.RawPublicKey));

        Assert.True(WebhookVerifier.TryReadKey(text, out var key));
        Assert.Equal(SignatureCheck.Verified, new WebhookVerifier(clock, [], [key]).Check(Id, Timestamp, signature, Payload));
        Assert.Equal(SignatureCheck.Wrong, new WebhookVerifier(clock, [], [stranger.PublicKey]).Check(Id, Timestamp, signature, Payload));
    }

    [Theory]
    [InlineData("whpk_")]
    [InlineData("whpk_AAAA")]
    [InlineData("not a key")]
    public void What_is_no_public_key_is_not_read_as_one(string text)
    {
        Assert.False(WebhookVerifier.TryReadKey(text, out _));
    }

    private static byte[] Bytes(string secret) => WebhookVerifier.TryReadSecret(secret, out var bytes) ? bytes : throw new ArgumentException("not a secret", nameof(secret));

    private WebhookVerifier With(params string[] secrets) => new(clock, [.. secrets.Select(Bytes)], []);
}
