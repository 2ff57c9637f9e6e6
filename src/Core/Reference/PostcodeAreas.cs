namespace Nems.Core.Reference;

/// <summary>Where a postcode lies; a member is null where the edition has no code.</summary>
/// <param name="SubLocation">ODS code of the responsible ICB sub-location.</param>
/// <param name="LocalAuthority">Code of the local authority.</param>
/// <param name="Country">GSS code of the country.</param>
public sealed record PostcodeAreas(string? SubLocation, string? LocalAuthority, string? Country);
