using Microsoft.Extensions.Options;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Ports;

namespace Nems.Pds;

/// <summary>
/// PDS as the source. An answer is kept for a while under the keyed hash of the patient, as far as the one who asks lets it be
/// so old; that there was none is not. Those who ask for one patient at the same time share one call.
/// </summary>
internal sealed class PdsDemographics(PdsClient pds, KeyedHash hash, PdsMetrics metrics, IOptions<PdsOptions> options, TimeProvider clock)
    : IDemographics, IDisposable
{
    /// <summary>Answers kept at most; the oldest go first.</summary>
    public const int MostKept = 10_000;

    private readonly TimeSpan keepFor = options.Value.CacheFor;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly Dictionary<PatientKey, Kept> kept = [];
    private readonly Queue<Kept> byAge = [];
    private readonly Dictionary<PatientKey, Call> calls = [];

    private sealed record Kept(PatientKey Patient, DemographicsAnswer Answer, DateTimeOffset AsOf);

    private sealed record Call(DateTimeOffset Since)
    {
        public Task<DemographicsAnswer> Answer { get; set; } = null!; // set before anybody sees the call
    }

    public bool IsConfigured => true;

    public async ValueTask<DemographicsAnswer> LookUpAsync(NhsNumber number, TimeSpan notOlderThan, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var patient = hash.Patient(number);
        Task<DemographicsAnswer> answering;
        lock (gate)
        {
            if (Fresh(patient, notOlderThan) is { } known)
            {
                metrics.LookedUp("cache", known);
                return known;
            }

            answering = CallFor(number, patient, notOlderThan).Answer;
        }

        // The call serves whoever waits: one of them going away must not end it.
        return await answering.WaitAsync(cancel);
    }

    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
    }

    private DemographicsAnswer? Fresh(PatientKey patient, TimeSpan notOlderThan)
    {
        if (!kept.TryGetValue(patient, out var found)) return null;
        var age = clock.GetUtcNow() - found.AsOf;
        return age >= TimeSpan.Zero && age < keepFor && age <= notOlderThan ? found.Answer : null;
    }

    private Call CallFor(NhsNumber number, PatientKey patient, TimeSpan notOlderThan)
    {
        var now = clock.GetUtcNow();
        if (calls.TryGetValue(patient, out var call) && now - call.Since <= notOlderThan) return call;
        call = new Call(now);
        call.Answer = AnswerAsync(call, number, patient, stopping.Token);
        return calls[patient] = call;
    }

    private async Task<DemographicsAnswer> AnswerAsync(Call call, NhsNumber number, PatientKey patient, CancellationToken stop)
    {
        // Leave the lock before any work is done.
        await Task.Yield();
        try
        {
            var (answer, asOf) = await pds.AskAsync(number, stop);
            metrics.LookedUp("pds", answer);
            if (answer is not DemographicsAnswer.Unavailable) Keep(new Kept(patient, answer, asOf));
            return answer;
        }
        finally
        {
            lock (gate)
            {
                if (calls.TryGetValue(patient, out var last) && ReferenceEquals(last, call)) calls.Remove(patient);
            }
        }
    }

    private void Keep(Kept answer)
    {
        if (keepFor <= TimeSpan.Zero) return;
        lock (gate)
        {
            // A slower call may end after a later one: the newer answer stays.
            if (kept.TryGetValue(answer.Patient, out var other) && other.AsOf > answer.AsOf) return;
            kept[answer.Patient] = answer;
            byAge.Enqueue(answer);
            var now = clock.GetUtcNow();
            while (byAge.TryPeek(out var oldest) && (byAge.Count > MostKept || now - oldest.AsOf >= keepFor))
            {
                byAge.Dequeue();
                if (kept.TryGetValue(oldest.Patient, out var last) && ReferenceEquals(last, oldest)) kept.Remove(oldest.Patient);
            }
        }
    }
}
