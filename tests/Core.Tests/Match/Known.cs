using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Ports;
using Nems.Core.Reference;

namespace Nems.Core.Tests.Match;

/// <summary>A source of demographics that knows what a test tells it to, and says who was asked about.</summary>
internal sealed class KnownPatients : IDemographics
{
    private readonly Dictionary<string, Func<DemographicsAnswer>> answers = [];

    public bool IsConfigured { get; set; } = true;

    public List<string> Asked { get; } = [];

    public void Has(string number, PatientRecord record) => answers[number] = () => new DemographicsAnswer.Found(record);

    public void Has(string number, string? postcode = null, string? practice = null, bool isSensitive = false, bool isInvalid = false, string? supersededBy = null, DateTimeOffset asOf = default) =>
        Has(number, new PatientRecord(postcode, practice, isSensitive, isInvalid, supersededBy is null ? null : Number(supersededBy), asOf));

    public void CannotSay(string number, TimeSpan? retryAfter = null) => answers[number] = () => new DemographicsAnswer.Unavailable(retryAfter);

    public ValueTask<DemographicsAnswer> LookUpAsync(NhsNumber number, TimeSpan notOlderThan, CancellationToken cancel)
    {
        if (!IsConfigured) throw new InvalidOperationException("A source that is not configured is not asked.");
        Asked.Add(number.Value);
        return ValueTask.FromResult(answers.TryGetValue(number.Value, out var answer) ? answer() : new DemographicsAnswer.NoRecord());
    }

    public static NhsNumber Number(string text) => NhsNumber.TryParse(text, out var number) ? number : throw new ArgumentException("No NHS number.", nameof(text));
}

/// <summary>Areas that a test names.</summary>
internal sealed class KnownAreas : IReferenceData
{
    public Dictionary<string, PostcodeAreas> Postcodes { get; } = [];

    public Dictionary<string, string> SubLocations { get; } = [];

    public PostcodeAreas? FindPostcode(string normalised) => Postcodes.GetValueOrDefault(normalised);

    public string? FindSubLocation(string practice) => SubLocations.GetValueOrDefault(practice);
}
