using Nems.Core.Ports;
using Nems.Core.Reference;

namespace Nems.Testing;

/// <summary>Areas of the made-up postcodes and practices of the samples.</summary>
public sealed class FakeReferenceData : IReferenceData
{
    private readonly Dictionary<string, PostcodeAreas> postcodes = [];
    private readonly Dictionary<string, string> subLocations = [];

    public FakeReferenceData Place(string postcode, string? subLocation, string? localAuthority, string? country)
    {
        postcodes[Postcode.Normalise(postcode)!] = new PostcodeAreas(subLocation, localAuthority, country);
        return this;
    }

    public FakeReferenceData Practice(string practice, string subLocation)
    {
        subLocations[practice] = subLocation;
        return this;
    }

    public PostcodeAreas? FindPostcode(string normalised) => postcodes.GetValueOrDefault(normalised);

    public string? FindSubLocation(string practice) => subLocations.GetValueOrDefault(practice);
}
