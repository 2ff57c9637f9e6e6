using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nems.Core.Registry;

namespace Nems.Api;

/// <summary>
/// Whether the connection itself speaks for a system: a client certificate bound to its ASID, or in Development a loopback
/// address. An unsigned token is worth nothing without this, so it is asked on every request.
/// </summary>
internal sealed class PeerTrust(IHostEnvironment environment)
{
    private readonly bool trustsLoopback = environment.IsDevelopment();

    // A connection keeps one certificate object for all its requests.
    private readonly ConditionalWeakTable<X509Certificate2, string> thumbprints = [];

    public bool Trusts(ConnectionInfo connection, RegisteredSystem system)
    {
        if (trustsLoopback && connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)) return true;
        if (system.CertificateThumbprints.Count == 0 || connection.ClientCertificate is not { } certificate) return false;

        return system.CertificateThumbprints.Contains(
            thumbprints.GetValue(certificate, static known => known.GetCertHashString(HashAlgorithmName.SHA256)));
    }
}
