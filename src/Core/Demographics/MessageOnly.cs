using Nems.Core.Events;
using Nems.Core.Ports;

namespace Nems.Core.Demographics;

/// <summary>No source beside the message: nobody has a record, and so there are no flags.</summary>
public sealed class MessageOnly : IDemographics
{
    private static readonly DemographicsAnswer None = new DemographicsAnswer.NoRecord();

    public bool IsConfigured => false;

    public ValueTask<DemographicsAnswer> LookUpAsync(NhsNumber number, TimeSpan notOlderThan, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromResult(None);
    }
}
