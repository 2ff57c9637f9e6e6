using System.Security.Cryptography;
using System.Text;
using Nems.Channels.Webhook;
using Nems.Core.Keys;
using Nems.Core.Ports;
using NSec.Cryptography;

namespace Nems.Channels.Tests.Webhook;

public sealed class SigningTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();
    private static readonly byte[] Secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    [Fact]
    public void The_published_v1_vector_of_Standard_Webhooks_is_met()
    {
        using var signer = SignerOf(new byte[32]);

        var signature = signer.Sign(Id, At, Body, new EndpointSecrets(Secret, null, null), asymmetrically: false);

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Fact]
    public void The_published_v1a_vector_of_Standard_Webhooks_is_met()
    {
        using var signer = SignerOf(Convert.FromBase64String("VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="));

        var signature = signer.Sign(Id, At, Body, new EndpointSecrets(Secret, null, null), asymmetrically: true);

        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= "
            + "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==",
            signature);
    }

    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void The_vectors_of_RFC_8032_are_met(string seed, string publicKey, string message, string signature)
    {
        using var signer = SignerOf(Convert.FromHexString(seed));
        using var key = Key.Import(SignatureAlgorithm.Ed25519, Convert.FromHexString(seed), KeyBlobFormat.RawPrivateKey);

        Assert.Equal(publicKey, Convert.ToHexStringLower(signer.PublicKey));
        Assert.Equal(signature, Convert.ToHexStringLower(SignatureAlgorithm.Ed25519.Sign(key, Convert.FromHexString(message))));
    }

    [Fact]
    public void Both_secrets_sign_until_the_overlap_ends_the_new_one_first()
    {
        var old = RandomNumberGenerator.GetBytes(24);
        var secrets = new EndpointSecrets(Secret, old, At);
        using var signer = SignerOf(new byte[32]);

        var before = signer.Sign(Id, At.AddSeconds(-1), Body, secrets, asymmetrically: false);
        var after = signer.Sign(Id, At, Body, secrets, asymmetrically: false);

        Assert.Equal([Expected(Secret, At.AddSeconds(-1)), Expected(old, At.AddSeconds(-1))], before.Split(' '));
        Assert.Equal(Expected(Secret, At), after);
    }

    [Fact]
    public void A_body_of_megabytes_is_signed_by_both_schemes_and_any_changed_byte_shows()
    {
        var body = RandomNumberGenerator.GetBytes(3_145_728);
        using var signer = SignerOf(Kit.ChannelUnderTest.Seed);

        var entries = signer.Sign(Id, At, body, new EndpointSecrets(Secret, Secret, At.AddDays(1)), asymmetrically: true).Split(' ');

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{Id}.1614265330."), .. body];
        var key = PublicKey.Import(SignatureAlgorithm.Ed25519, signer.PublicKey, KeyBlobFormat.RawPublicKey);
        var signature = Convert.FromBase64String(entries[2]["v1a,".Length..]);
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(Secret, signed)), entries[0]);
        Assert.True(SignatureAlgorithm.Ed25519.Verify(key, signed, signature));
        signed[^1] ^= 1;
        Assert.False(SignatureAlgorithm.Ed25519.Verify(key, signed, signature));
    }

    [Fact]
    public void Many_may_sign_at_once()
    {
        using var signer = SignerOf(Kit.ChannelUnderTest.Seed);
        var secrets = new EndpointSecrets(Secret, null, null);
        var expected = Enumerable.Range(0, 200).Select(number => signer.Sign($"msg_{number}", At, Body, secrets, asymmetrically: true)).ToArray();

        var actual = new string[expected.Length];
        Parallel.For(0, actual.Length, number => actual[number] = signer.Sign($"msg_{number}", At, Body, secrets, asymmetrically: true));

        Assert.Equal(expected, actual);
    }

    private static string Expected(byte[] secret, DateTimeOffset at)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{Id}.{at.ToUnixTimeSeconds()}."), .. Body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed));
    }

    private static WebhookSigner SignerOf(byte[] seed) => new(new ServiceKeys(new byte[32], new byte[32], seed));
}
