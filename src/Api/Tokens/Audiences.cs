namespace Nems.Api.Tokens;

/// <summary>
/// The addresses under which this service is known. The address of a request is not one of them: whoever sends it chooses it.
/// </summary>
/// <param name="addresses">None means loopback, for Development.</param>
internal sealed class Audiences(IReadOnlyList<string> addresses)
{
    private readonly Uri[] known = [.. addresses.Select(address => new Uri(address, UriKind.Absolute))];

    /// <summary>Whether this <c>aud</c> means us: scheme, host and port are those of a known address; the path does not matter.</summary>
    public bool Name(string audience)
    {
        if (!Uri.TryCreate(audience, UriKind.Absolute, out var named)) return false;
        if (named.Scheme != Uri.UriSchemeHttps && named.Scheme != Uri.UriSchemeHttp) return false;
        return known.Length == 0
            ? named.IsLoopback
            : known.Any(address => Uri.Compare(address, named, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0);
    }
}
