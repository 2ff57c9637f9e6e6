using System.Collections.Concurrent;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Ports;

namespace Nems.Testing;

/// <summary>A source of demographics that knows, delays, fails and hangs as a test tells it to, and says how often it was asked about whom.</summary>
public sealed class FakeDemographics(TimeProvider clock) : IDemographics
{
    private readonly ConcurrentDictionary<string, PatientRecord> records = new();
    private readonly ConcurrentDictionary<string, Func<CancellationToken, Task<DemographicsAnswer>>> answers = new();
    private readonly ConcurrentQueue<string> asked = new();
    private Func<CancellationToken, Task<DemographicsAnswer>>? forAll;

    public bool IsConfigured => true;

    /// <summary>The numbers that were asked about, in order.</summary>
    public IReadOnlyList<string> Asked => [.. asked];

    public void Has(string number, string? postcode = null, string? practice = null, bool isSensitive = false, bool isInvalid = false, string? supersededBy = null)
    {
        NhsNumber? newer = null;
        if (supersededBy is not null && !NhsNumber.TryParse(supersededBy, out newer)) throw new ArgumentException("No NHS number.", nameof(supersededBy));
        records[number] = new PatientRecord(postcode, practice, isSensitive, isInvalid, newer, default);
    }

    /// <summary>From now on cannot answer, about one patient or about any.</summary>
    public void IsAway(TimeSpan? retryAfter = null, string? about = null) =>
        Set(about, _ => Task.FromResult<DemographicsAnswer>(new DemographicsAnswer.Unavailable(retryAfter)));

    /// <summary>From now on never answers, about one patient or about any.</summary>
    public void Hangs(string? about = null) => Set(about, async cancel => await new TaskCompletionSource<DemographicsAnswer>().Task.WaitAsync(cancel));

    /// <summary>From now on breaks its promise and throws.</summary>
    public void Throws(string? about = null) => Set(about, _ => throw new InvalidOperationException("A fault of the source."));

    /// <summary>From now on answers only when the given task has ended.</summary>
    public void AnswersAfter(Task gate, string number) => Set(number, async cancel =>
    {
        await gate.WaitAsync(cancel);
        return Known(number);
    });

    /// <summary>Answers again, about all.</summary>
    public void IsBack()
    {
        answers.Clear();
        forAll = null;
    }

    public ValueTask<DemographicsAnswer> LookUpAsync(NhsNumber number, TimeSpan notOlderThan, CancellationToken cancel)
    {
        asked.Enqueue(number.Value);
        var answer = answers.GetValueOrDefault(number.Value) ?? Volatile.Read(ref forAll);
        return answer is null ? ValueTask.FromResult(Known(number.Value)) : new ValueTask<DemographicsAnswer>(answer(cancel));
    }

    private DemographicsAnswer Known(string number) => records.TryGetValue(number, out var record)
        ? new DemographicsAnswer.Found(record with { AsOf = clock.GetUtcNow() })
        : new DemographicsAnswer.NoRecord();

    private void Set(string? number, Func<CancellationToken, Task<DemographicsAnswer>> answer)
    {
        if (number is null) Volatile.Write(ref forAll, answer);
        else answers[number] = answer;
    }
}
