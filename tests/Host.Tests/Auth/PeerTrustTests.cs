using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Nems.Core.Problems;
using Nems.Core.Registry;

namespace Nems.Host.Tests.Auth;

public sealed class PeerTrustTests : IDisposable
{
    private readonly X509Certificate2 bound = Certificate("CN=bound");
    private readonly X509Certificate2 foreign = Certificate("CN=foreign");

    public void Dispose()
    {
        bound.Dispose();
        foreign.Dispose();
    }

    [Theory]
    [InlineData("Development", "127.0.0.1", true)]
    [InlineData("Development", "127.8.9.1", true)]
    [InlineData("Development", "::1", true)]
    [InlineData("Development", "::ffff:127.0.0.1", true)]
    [InlineData("Development", "10.0.0.1", false)]
    [InlineData("Development", null, false)]
    [InlineData("Production", "127.0.0.1", false)]
    [InlineData("Staging", "::1", false)]
    public async Task Without_a_certificate_only_loopback_in_Development_is_trusted(string environment, string? address, bool isTrusted)
    {
        using var gate = new Gate(TokenScheme.Spine, environment);
        var context = ACall.With(ACall.Spine());
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);

        var check = await gate.AskAsync(context);

        Assert.Equal(isTrusted, check.Caller is not null);
        if (!isTrusted) Assert.Equal((SpineCode.AsidCheckFailed, 403), (Assert.Single(check.Problems).Code, Problem.StatusOf(check.Problems)));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_certificate_is_trusted_for_the_system_that_it_is_bound_to(bool isBound, bool isTrusted)
    {
        using var gate = new Gate(TokenScheme.Spine, "Production", Bind);
        var context = ACall.With(ACall.Spine());
        context.Connection.ClientCertificate = isBound ? bound : foreign;

        var check = await gate.AskAsync(context);

        Assert.Equal(isTrusted, check.Caller is not null);
    }

    [Fact]
    public async Task A_thumbprint_may_be_written_with_colons_and_in_lower_case()
    {
        var bytes = bound.GetCertHash(HashAlgorithmName.SHA256);
        var written = string.Join(':', bytes.Select(value => Convert.ToHexStringLower([value])));
        using var gate = new Gate(TokenScheme.Spine, "Production", system => system["certificateThumbprints"] = new JsonArray(written));
        var context = ACall.With(ACall.Spine());
        context.Connection.ClientCertificate = bound;

        var check = await gate.AskAsync(context);

        Assert.NotNull(check.Caller);
    }

    [Fact]
    public async Task A_token_that_is_known_is_still_refused_on_a_connection_that_is_not_trusted()
    {
        using var gate = new Gate(TokenScheme.Spine, "Production", Bind);
        var first = ACall.With(ACall.Spine());
        first.Connection.ClientCertificate = bound;
        var second = ACall.With(ACall.Spine());
        second.Connection.ClientCertificate = foreign;

        var answered = await gate.AskAsync(first);
        var refused = await gate.AskAsync(second);

        Assert.NotNull(answered.Caller);
        Assert.Equal(SpineCode.AsidCheckFailed, Assert.Single(refused.Problems).Code);
    }

    [Fact]
    public async Task A_system_registered_for_signed_tokens_cannot_come_with_an_unsigned_one()
    {
        var key = SigningKey.Rsa("k1");
        using var gate = new Gate(TokenScheme.Spine, system: system =>
        {
            system["scheme"] = "Signed";
            system["jwks"] = JsonNode.Parse(SigningKey.Set(key));
        });

        var check = await gate.AskAsync(ACall.Spine());

        Assert.Equal((SpineCode.AsidCheckFailed, "The ASID is registered for another kind of token"),
            (Assert.Single(check.Problems).Code, check.Problems[0].Diagnostics));
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(ACall.Now.AddDays(-1), ACall.Now.AddDays(1));
    }

    private void Bind(JsonObject system) =>
        system["certificateThumbprints"] = new JsonArray(bound.GetCertHashString(HashAlgorithmName.SHA256));
}
