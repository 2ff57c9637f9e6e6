using Nems.Core.Demographics;
using Nems.Core.Keys;

namespace Nems.Pds;

/// <summary>Answers by the keyed hash of their patient, each for so long and so many at most; the oldest go first. One thread at a time.</summary>
internal sealed class AnswerCache(TimeSpan keepFor, int most, TimeProvider clock)
{
    private readonly Dictionary<PatientKey, Kept> kept = [];
    private readonly Queue<Kept> byAge = [];

    private sealed record Kept(PatientKey Patient, DemographicsAnswer Answer, DateTimeOffset AsOf);

    public int Count => kept.Count;

    public DemographicsAnswer? Find(PatientKey patient, TimeSpan notOlderThan)
    {
        if (!kept.TryGetValue(patient, out var found)) return null;
        var age = clock.GetUtcNow() - found.AsOf;
        return age >= TimeSpan.Zero && age < keepFor && age <= notOlderThan ? found.Answer : null;
    }

    public void Keep(PatientKey patient, DemographicsAnswer answer, DateTimeOffset asOf)
    {
        // A slower call may end after a later one: the newer answer stays.
        if (keepFor <= TimeSpan.Zero || (kept.TryGetValue(patient, out var other) && other.AsOf > asOf)) return;
        byAge.Enqueue(kept[patient] = new Kept(patient, answer, asOf));
        var now = clock.GetUtcNow();
        while (byAge.TryPeek(out var oldest) && (byAge.Count > most || now - oldest.AsOf >= keepFor))
        {
            byAge.Dequeue();
            if (kept.TryGetValue(oldest.Patient, out var last) && ReferenceEquals(last, oldest)) kept.Remove(oldest.Patient);
        }
    }
}
