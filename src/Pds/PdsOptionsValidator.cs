using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Nems.Pds;

/// <summary>Finds every mistake at once, at start. The words name settings and the path of the key, never a key.</summary>
internal sealed class PdsOptionsValidator : IValidateOptions<PdsOptions>
{
    public const int SmallestKey = 2048;

    public ValidateOptionsResult Validate(string? name, PdsOptions options)
    {
        List<string> mistakes = [];
        Check(IsAddress(options.BaseUrl), nameof(options.BaseUrl), "must be an https address without query (http on loopback alone)");
        Check(IsAddress(options.TokenUrl), nameof(options.TokenUrl), "must be an https address without query (http on loopback alone)");
        Check(IsVisible(options.ApiKey), nameof(options.ApiKey), "is required: the key of the application");
        Check(IsVisible(options.KeyId), nameof(options.KeyId), "is required: the kid of the registered public key");
        Check(options.CallsPerSecond is >= 1 and <= 1000, nameof(options.CallsPerSecond), "must be 1 to 1000");
        Check(options.Timeout >= TimeSpan.FromMilliseconds(100) && options.Timeout <= TimeSpan.FromMinutes(1), nameof(options.Timeout), "must be 0.1 seconds to a minute");
        Check(options.CacheFor >= TimeSpan.Zero && options.CacheFor <= TimeSpan.FromHours(1), nameof(options.CacheFor), "must be zero to an hour");
        if (FaultOfKey(options.PrivateKeyFile) is { } fault) Check(false, nameof(options.PrivateKeyFile), fault);
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);

        void Check(bool holds, string setting, string rule)
        {
            if (!holds) mistakes.Add($"{PdsOptions.Section}:{setting} {rule}.");
        }
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private static bool IsVisible(string text) => text.Length is > 0 and <= 256 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static string? FaultOfKey(string file)
    {
        if (string.IsNullOrWhiteSpace(file)) return "is required: the RSA private key as PEM";
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(File.ReadAllText(file));
            if (key.KeySize < SmallestKey) return $"holds a key of fewer than {SmallestKey} bits";
            key.SignData([], HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "cannot be read";
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return "does not hold an RSA private key as PEM without a password";
        }
    }
}
