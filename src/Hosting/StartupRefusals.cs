using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Nems.Core.Registry;

namespace Nems.Hosting;

/// <summary>
/// Why a service that takes calls may not start as it is configured (design decisions 3.9, 10). It reads configuration
/// itself, because it must judge what no options class holds: where Kestrel listens and whether it asks for certificates.
/// </summary>
public static class StartupRefusals
{
    internal const string RegistryFileIsMissing = "Nems:RegistryFile is required outside Development";

    /// <summary>Throws <see cref="StartRefusedException"/> with all mistakes, when there is one.</summary>
    public static void ThrowIfAny(IConfiguration configuration, string environmentName)
    {
        var mistakes = Of(configuration, environmentName);
        if (mistakes.Count > 0) throw new StartRefusedException("The service cannot start:", mistakes);
    }

    /// <summary>Every mistake of this configuration; none means that the service may start. Pure.</summary>
    public static IReadOnlyList<string> Of(IConfiguration configuration, string environmentName)
    {
        var isDevelopment = string.Equals(environmentName, Environments.Development, StringComparison.OrdinalIgnoreCase);
        var mistakes = new List<string>();
        var schemeText = configuration[$"{AuthOptions.Section}:{nameof(AuthOptions.Scheme)}"];
        var scheme = SchemeOf(schemeText);
        if (scheme is null && !string.IsNullOrEmpty(schemeText)) mistakes.Add("Nems:Auth:Scheme must be Spine or Signed");
        else if (scheme is null && !isDevelopment) mistakes.Add("Nems:Auth:Scheme is required outside Development: Spine or Signed");

        CheckAudiences(configuration, scheme, isDevelopment, mistakes);
        if (isDevelopment) return mistakes;

        if (string.IsNullOrWhiteSpace(configuration["Nems:RegistryFile"])) mistakes.Add(RegistryFileIsMissing);
        if (scheme == TokenScheme.Spine) mistakes.AddRange(ListenersWithoutCertificates(configuration));
        return mistakes;
    }

    private static TokenScheme? SchemeOf(string? text)
    {
        if (string.Equals(text, nameof(TokenScheme.Spine), StringComparison.OrdinalIgnoreCase)) return TokenScheme.Spine;
        return string.Equals(text, nameof(TokenScheme.Signed), StringComparison.OrdinalIgnoreCase) ? TokenScheme.Signed : null;
    }

    private static void CheckAudiences(IConfiguration configuration, TokenScheme? scheme, bool isDevelopment, List<string> mistakes)
    {
        var section = configuration.GetSection($"{AuthOptions.Section}:{nameof(AuthOptions.Audience)}");
        var entries = section.GetChildren().ToList();
        if (!string.IsNullOrEmpty(section.Value)) mistakes.Add("Nems:Auth:Audience must be a list: Nems:Auth:Audience:0 and so on");
        foreach (var entry in entries)
        {
            if (!Uri.TryCreate(entry.Value, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
                mistakes.Add($"{entry.Path} must be an absolute http or https address");
        }

        if (scheme == TokenScheme.Signed && entries.Count == 0 && !isDevelopment)
            mistakes.Add("Nems:Auth:Audience is required for signed tokens outside Development: the public addresses of this service");
    }

    /// <summary>An unsigned token is worth what the certificate beside it is worth: no certificate, no listener but loopback.</summary>
    private static IEnumerable<string> ListenersWithoutCertificates(IConfiguration configuration) =>
        from listener in Listeners(configuration)
        where !listener.IsLocal && !listener.AsksForCertificates
        select $"{listener.Setting}: unsigned Spine tokens need a loopback listener, or https with ClientCertificateMode RequireCertificate";

    /// <summary>As Kestrel chooses: its endpoints before <c>urls</c>, unless told otherwise, and <c>urls</c> before the bare ports.</summary>
    private static IEnumerable<Listener> Listeners(IConfiguration configuration)
    {
        var defaults = configuration["Kestrel:EndpointDefaults:ClientCertificateMode"];
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().ToList();
        var hosting = HostingAddresses(configuration).ToList();
        var hostingWins = endpoints.Count == 0
            || (hosting.Count > 0 && bool.TryParse(configuration["preferHostingUrls"], out var prefer) && prefer);
        if (hostingWins) return hosting.Select(address => Listener.Of(address.Setting, address.Url, defaults));

        return endpoints.Select(endpoint => Listener.Of(
            endpoint.Path, endpoint["Url"], endpoint["ClientCertificateMode"] ?? defaults, endpoint.GetSection("Sni").GetChildren()));
    }

    private static IEnumerable<(string Setting, string Url)> HostingAddresses(IConfiguration configuration)
    {
        if (configuration["urls"] is { Length: > 0 } urls)
            return Split(urls).Select(url => ("urls", url));

        return Split(configuration["http_ports"]).Select(port => ("http_ports", $"http://*:{port}"))
            .Concat(Split(configuration["https_ports"]).Select(port => ("https_ports", $"https://*:{port}")));
    }

    private static string[] Split(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private readonly record struct Listener(string Setting, bool IsLocal, bool AsksForCertificates)
    {
        public static Listener Of(string setting, string? url, string? mode, IEnumerable<IConfigurationSection>? hosts = null)
        {
            if (!TryParse(url, out var address)) return new Listener(setting, IsLocal: false, AsksForCertificates: false);

            var isHttps = string.Equals(address.Scheme, "https", StringComparison.OrdinalIgnoreCase);
            var exceptions = hosts?.Select(host => host["ClientCertificateMode"]).Where(own => own is not null && !IsRequired(own)) ?? [];
            return new Listener(setting, IsLocalHost(address), isHttps && IsRequired(mode) && !exceptions.Any());
        }

        private static bool IsRequired(string? mode) => string.Equals(mode, "RequireCertificate", StringComparison.OrdinalIgnoreCase);

        // A host name other than localhost is bound by Kestrel to every address.
        private static bool IsLocalHost(BindingAddress address) =>
            address.IsUnixPipe || address.IsNamedPipe
            || string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

        private static bool TryParse(string? url, [NotNullWhen(true)] out BindingAddress? address)
        {
            try
            {
                address = url is null ? null : BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                address = null;
            }

            return address is not null;
        }
    }
}
