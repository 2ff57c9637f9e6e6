using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Nems.Pds;

/// <summary>The signed JWT (RS512) by which the application shows who it is. Each is used once and good for five minutes at most.</summary>
internal sealed class ClientAssertion : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(4.5);
    private readonly RSA key = RSA.Create();
    private readonly PdsOptions options;
    private readonly TimeProvider clock;

    public ClientAssertion(IOptions<PdsOptions> options, TimeProvider clock)
    {
        this.options = options.Value;
        this.clock = clock;
        key.ImportFromPem(File.ReadAllText(this.options.PrivateKeyFile)); // the validator read it before
    }

    public string Create()
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS512", typ = "JWT", kid = options.KeyId });
        var payload = JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = options.ApiKey,
            sub = options.ApiKey,
            aud = options.TokenUrl,
            jti = Guid.NewGuid().ToString(),
            exp = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds(),
        });
        var content = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => key.Dispose();
}
