using System.Text.Json;
using Nems.Core.Events;
using Nems.Core.Problems;
using Nems.Core.Registry;

namespace Nems.Api.Tokens;

/// <summary>What a token says of who is calling, for whom and why (NEMS specification 2.4); its forms are checked, not its truth.</summary>
/// <param name="Asid">Null where it is absent or malformed.</param>
/// <param name="Organisation">ODS code, upper case; null where it is absent or malformed.</param>
/// <param name="NamesOrganisation">Some organisation claim is there, in whatever form.</param>
/// <param name="Scopes">What it allows; null where it does not say.</param>
internal sealed record IdentityClaims(string? Asid, string? Organisation, bool NamesOrganisation, TokenScopes? Scopes)
{
    private const string OrganisationClaim = "requesting_organisation";
    private const string OrganizationClaim = "requesting_organization";

    private static readonly string[] NhsNumberSystems = [NhsNumber.System, NhsNumber.OlderSystem, "https://fhir.nhs.net/Id/nhs-number"];

    public static IdentityClaims Read(JsonElement payload, List<Problem> problems)
    {
        var reader = new ClaimReader(payload, problems);
        CheckIssuer(reader);
        var subject = reader.RequiredText("sub");
        CheckReason(reader);
        var scope = reader.RequiredText("scope");
        var system = reader.RequiredText("requesting_system");
        var asid = reader.CodeOf(system, "https://fhir.nhs.uk/Id/accredited-system",
            "requesting_system must be of the form [https://fhir.nhs.uk/Id/accredited-system|[ASID]]",
            code => code.Length <= 20 && code.All(char.IsAsciiDigit));
        CheckSubject(reader, subject, system);
        CheckPatient(reader);
        return new IdentityClaims(asid, ReadOrganisation(reader), reader.Has(OrganisationClaim) || reader.Has(OrganizationClaim), ScopesOf(scope));
    }

    /// <summary>The caller, where the registry knows all that the token says; else null, with every problem.</summary>
    public Caller? Find(RegistrySnapshot registry, List<Problem> problems)
    {
        RegisteredSystem? system = null;
        if (Asid is not null && !registry.TrySystem(Asid, out system)) Refuse("The ASID defined in the requesting_system is unknown");

        if (!NamesOrganisation)
        {
            // Real clients leave it out (design decision 3.10).
            if (system is { Organisations.Count: 1 }) return new Caller(system, system.Organisations.First());
            Refuse($"The mandatory claim {OrganisationClaim} from the JWT associated with the Authorisation header is missing");
            return null;
        }

        if (Organisation is null) return null;
        if (system is not null && system.Organisations.Contains(Organisation)) return new Caller(system, Organisation);
        if (!registry.KnowsOrganisation(Organisation)) Refuse("The ODS code defined in the requesting_organisation is unknown");
        else if (system is not null) Refuse("requesting_system ASID is not associated with the requesting_organisation ODS code");
        return null;

        void Refuse(string diagnostics) => problems.Add(new Problem(SpineCode.InvalidToken, diagnostics));
    }

    public override string ToString() => "(claims)";

    private static void CheckIssuer(ClaimReader reader)
    {
        if (reader.RequiredText("iss") is { } issuer && !Uri.TryCreate(issuer, UriKind.Absolute, out _)) reader.Refuse("iss must be a URI");
    }

    // Spine Core knows secondaryuses and patientaccess too; what this service tells is for direct care alone.
    private static void CheckReason(ClaimReader reader)
    {
        if (reader.RequiredText("reason_for_request") is { } reason && reason != "directcare") reader.Refuse("reason_for_request must be directcare");
    }

    private static void CheckSubject(ClaimReader reader, string? subject, string? system)
    {
        var user = reader.OptionalText("requesting_user");
        reader.CodeOf(user, "https://fhir.nhs.uk/Id/sds-role-profile-id",
            "requesting_user must be of the form [https://fhir.nhs.uk/Id/sds-role-profile-id|[ID]]", _ => true);
        if (subject is null) return;

        if (user is not null)
        {
            if (subject != user) reader.Refuse("requesting_user and sub claim's values must match");
        }
        else if (system is not null && subject != system && !reader.Has("requesting_user"))
        {
            reader.Refuse("requesting_system and sub claim's values must match");
        }
    }

    private static void CheckPatient(ClaimReader reader)
    {
        if (reader.OptionalText("requesting_patient") is not { } patient) return;
        var bar = patient.IndexOf('|', StringComparison.Ordinal);
        if (bar < 0 || !NhsNumberSystems.Contains(patient[..bar]) || !NhsNumber.TryParse(patient[(bar + 1)..], out _))
            reader.Refuse("requesting_patient must be of the form [http://fhir.nhs.net/Id/nhs-number|[NHS number]] with a valid NHS number");
    }

    private static string? ReadOrganisation(ClaimReader reader)
    {
        var british = reader.OptionalText(OrganisationClaim);
        var american = reader.OptionalText(OrganizationClaim);
        if (british is not null && american is not null && british != american)
        {
            reader.Refuse("requesting_organisation and requesting_organization claim's values must match");
            return null;
        }

        return reader.CodeOf(british ?? american, "https://fhir.nhs.uk/Id/ods-organization-code",
            "requesting_organisation must be of the form [https://fhir.nhs.uk/Id/ods-organization-code|[ODSCode]]",
            code => code.Length <= 10 && code.All(char.IsAsciiLetterOrDigit))?.ToUpperInvariant();
    }

    private static TokenScopes? ScopesOf(string? scope)
    {
        if (scope is null) return null;
        var scopes = TokenScopes.None;
        foreach (var part in scope.AsSpan().Split(' '))
        {
            scopes |= scope.AsSpan()[part] switch
            {
                "patient/Bundle.write" => TokenScopes.BundleWrite,
                "patient/Subscription.read" => TokenScopes.SubscriptionRead,
                "patient/Subscription.write" => TokenScopes.SubscriptionWrite,
                _ => TokenScopes.None,
            };
        }

        return scopes;
    }
}
