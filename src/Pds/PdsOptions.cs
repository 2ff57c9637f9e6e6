namespace Nems.Pds;

/// <summary>How PDS is called: the FHIR R4 API of NHS England, application-restricted, with a signed JWT.</summary>
public sealed class PdsOptions
{
    public const string Section = "Nems:Demographics:Pds";

    /// <summary>Of the API, e.g. <c>https://api.service.nhs.uk/personal-demographics/FHIR/R4</c>.</summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>Of the authorisation server, e.g. <c>https://api.service.nhs.uk/oauth2/token</c>; also the audience of the assertion.</summary>
    public string TokenUrl { get; set; } = "";

    public string ApiKey { get; set; } = "";

    /// <summary>The <c>kid</c> under which the public key was registered.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>The RSA private key as PEM, not encrypted. Read at start.</summary>
    public string PrivateKeyFile { get; set; } = "";

    /// <summary>What the application may make; calls are spread evenly over the second.</summary>
    public int CallsPerSecond { get; set; } = 5;

    /// <summary>The deadline of one call: connection, headers and body. Quick retries have their own.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may be used again, where the one who asks lets it be so old. Zero: never.</summary>
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromMinutes(5);

    public override string ToString() => nameof(PdsOptions);
}
