using Nems.Core.Events;

namespace Nems.Core.Lanes;

/// <summary>
/// The places of what stepped aside and was let go of, by patient, until a later one of the patient is delivered: so that
/// what comes back from the store carries the mark of having been overtaken when it was, and only then.
/// </summary>
internal sealed class AsidesOnDisk
{
    private readonly Dictionary<UInt128, List<Place>> byPatient = [];

    public void Add(UInt128 patient, Place place)
    {
        if (!byPatient.TryGetValue(patient, out var places)) byPatient[patient] = places = [];
        places.Add(place);
    }

    /// <summary>True when nothing later of the patient was delivered since it was let go of.</summary>
    public bool TakeBack(UInt128 patient, Place place)
    {
        if (!byPatient.TryGetValue(patient, out var places)) return false;
        var found = places.Remove(place);
        if (places.Count == 0) byPatient.Remove(patient);
        return found;
    }

    /// <summary>A later one was delivered: gives the places it overtook, each once.</summary>
    public IReadOnlyList<Place> OvertakenBy(UInt128 patient, Place later)
    {
        if (byPatient.Count == 0 || !byPatient.TryGetValue(patient, out var places)) return [];
        Place[] overtaken = [.. places.Where(place => place < later)];
        places.RemoveAll(place => place < later);
        if (places.Count == 0) byPatient.Remove(patient);
        return overtaken;
    }

    /// <summary>They may have been overtaken, nobody knows: that is taken to be so.</summary>
    public void Forget(UInt128 patient) => byPatient.Remove(patient);

    public void Clear() => byPatient.Clear();
}
