using System.Text.Json;
using Nems.Channels.Webhook;
using Nems.Core.Keys;

namespace Nems.Channels.Tests.Webhook;

public sealed class KeySetTests
{
    // The key of RFC 8032 test 1 is the one of RFC 8037 appendix A, which gives its thumbprint.
    private static readonly byte[] Seed = Convert.FromHexString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

    [Fact]
    public void The_document_holds_the_key_as_RFC_8037_writes_it_and_in_the_form_of_Standard_Webhooks()
    {
        using var signer = new WebhookSigner(new ServiceKeys(new byte[32], new byte[32], Seed));

        var keys = new WebhookKeySet(signer);

        using var document = JsonDocument.Parse(keys.Document);
        var key = Assert.Single(document.RootElement.GetProperty("keys").EnumerateArray());
        Assert.Equal("OKP", key.GetProperty("kty").GetString());
        Assert.Equal("Ed25519", key.GetProperty("crv").GetString());
        Assert.Equal("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", key.GetProperty("x").GetString());
        Assert.Equal("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", key.GetProperty("kid").GetString());
        Assert.Equal("sig", key.GetProperty("use").GetString());
        Assert.Equal("EdDSA", key.GetProperty("alg").GetString());
        Assert.Equal("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", key.GetProperty("whpk").GetString());
    }

    [Fact]
    public void The_document_holds_nothing_private()
    {
        using var signer = new WebhookSigner(new ServiceKeys(new byte[32], new byte[32], Seed));

        var text = System.Text.Encoding.UTF8.GetString(new WebhookKeySet(signer).Document.Span);

        Assert.DoesNotContain("\"d\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Seed)[..20], text, StringComparison.Ordinal);
        Assert.DoesNotContain("nWGxne_9WmC6hEr0kuws", text, StringComparison.Ordinal);
    }
}
