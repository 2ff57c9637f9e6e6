using Nems.Core.Demographics;
using Nems.Core.Events;

namespace Nems.Core.Ports;

/// <summary>The source of demographics of this deployment: none but the message, an imported table, or PDS.</summary>
public interface IDemographics
{
    /// <summary>Whether there is a source beside the message. Without one there are no flags, and nothing is asked.</summary>
    bool IsConfigured { get; }

    /// <summary>
    /// What the source knows of a patient, at most so old. Never throws for what the source does; throws only when
    /// <paramref name="cancel"/> was asked for. The number appears in no log and no exception.
    /// </summary>
    ValueTask<DemographicsAnswer> LookUpAsync(NhsNumber number, TimeSpan notOlderThan, CancellationToken cancel);
}
