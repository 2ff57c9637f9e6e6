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

    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly AnswerCache cache = new(options.Value.CacheFor, MostKept, clock);
    private readonly Dictionary<PatientKey, Call> calls = [];

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
            if (cache.Find(patient, notOlderThan) is { } known)
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
            if (answer is DemographicsAnswer.Unavailable) return answer;
            lock (gate) cache.Keep(patient, answer, asOf);
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
}
