using Nems.Core.Events;
using Nems.Core.Ports;

namespace Nems.Core.Demographics;

/// <summary>No source beside the message: no flags are known, and the message's own facts are used.</summary>
internal sealed class MessageDemographics : IDemographics
{
    public bool IsConfigured => false;

    public ValueTask<DemographicsAnswer> LookUpAsync(NhsNumber number, TimeSpan notOlderThan, CancellationToken cancel) =>
        ValueTask.FromResult<DemographicsAnswer>(new DemographicsAnswer.NoRecord());
}
