using Nems.Core.Demographics;
using Nems.Core.Events;

namespace Nems.Core.Ports;

/// <summary>
/// Keeps the imported table of demographics, in editions: a reader sees the whole of one, never parts of two. Patients are
/// found by their keyed hash; what is known of them is sealed at rest.
/// </summary>
public interface IDemographicsTable
{
    /// <summary>
    /// What the edition in force says. Unavailable when there is none yet, and when the store or the seal fails: never NoRecord
    /// then. Costs microseconds; never throws.
    /// </summary>
    DemographicsAnswer Find(NhsNumber number);

    /// <summary>The edition in force; null before the first import. Throws <see cref="StoreUnavailableException"/>.</summary>
    DemographicsEdition? ReadEdition();

    /// <summary>Begins an edition of which nothing is seen until it is committed; null while another is being made. Throws <see cref="StoreUnavailableException"/>.</summary>
    IDemographicsDraft? TryBegin();
}

/// <summary>An edition in the making. Disposal without commit leaves the edition in force as it was, as does the end of the process.</summary>
public interface IDemographicsDraft : IDisposable
{
    /// <summary>False, and nothing kept, when the draft has this patient already. Throws <see cref="StoreUnavailableException"/>.</summary>
    bool TryAdd(DemographicsRow row);

    /// <summary>Puts the draft in force, durably and in one step. Throws <see cref="StoreUnavailableException"/>, and then the old edition stays.</summary>
    DemographicsEdition Commit();
}
