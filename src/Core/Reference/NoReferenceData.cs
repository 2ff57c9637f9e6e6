using Nems.Core.Ports;

namespace Nems.Core.Reference;

/// <summary>No edition: rules that need areas match nothing.</summary>
internal sealed class NoReferenceData : IReferenceData
{
    public PostcodeAreas? FindPostcode(string normalised) => null;

    public string? FindSubLocation(string practice) => null;
}
