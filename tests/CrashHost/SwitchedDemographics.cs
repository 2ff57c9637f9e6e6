using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Ports;

namespace Nems.CrashHost;

/// <summary>A source of demographics that has no record of anybody, and is away while a file is there.</summary>
internal sealed class SwitchedDemographics(string file) : IDemographics
{
    private static readonly DemographicsAnswer Away = new DemographicsAnswer.Unavailable(null);
    private static readonly DemographicsAnswer NoRecord = new DemographicsAnswer.NoRecord();

    public bool IsConfigured => true;

    public ValueTask<DemographicsAnswer> LookUpAsync(NhsNumber number, TimeSpan notOlderThan, CancellationToken cancel) =>
        ValueTask.FromResult(File.Exists(file) ? Away : NoRecord);
}
