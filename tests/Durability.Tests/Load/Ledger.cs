using System.Collections.Concurrent;
using System.Security.Cryptography;
using Nems.Testing;

namespace Nems.Durability.Tests.Load;

/// <summary>A copy that came, and whether it was taken or refused for now.</summary>
internal sealed record Copy(bool IsTaken, string Path, string WebhookId, string EventId, long Number, int Patient, int Step, string Subscriptions);

/// <summary>An event that was answered with 202.</summary>
internal sealed record Accepted(int Patient, int Step, string EventId);

/// <summary>What publishers were told and what receivers got, in the order of each.</summary>
internal sealed class Ledger(Population population)
{
    private readonly ConcurrentDictionary<string, (int Patient, int Step)> bodies = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim changed = new(0);
    private readonly List<Copy> copies = [];
    private readonly List<Accepted> accepted = [];
    private readonly HashSet<(string Path, string EventId)> taken = [];
    private readonly Dictionary<string, (HashSet<long> Numbers, long Highest)> numbers = [];
    private int strange;
    private int firstMissing;

    public int AcceptedCount
    {
        get
        {
            lock (gate) return accepted.Count;
        }
    }

    public int CopyCount
    {
        get
        {
            lock (gate) return copies.Count;
        }
    }

    public void Posting(int patient, int step, byte[] body) => bodies[Digest(body)] = (patient, step);

    public void Add(Accepted answer)
    {
        lock (gate) accepted.Add(answer);
    }

    public void Add(Received request, bool isTaken)
    {
        lock (gate)
        {
            if (bodies.TryGetValue(Digest(request.Body), out var known))
            {
                var eventId = request.Headers["Nems-Event-Id"];
                copies.Add(new Copy(isTaken, request.Path, request.Id, eventId, request.Sequence, known.Patient, known.Step, request.Headers["Nems-Subscriptions"]));
                if (!isTaken) return;
                taken.Add((request.Path, eventId));
                var (given, highest) = numbers.TryGetValue(request.Path, out var held) ? held : ([], 0);
                given.Add(request.Sequence);
                numbers[request.Path] = (given, Math.Max(highest, request.Sequence));
            }
            else
            {
                strange++;
            }
        }

        changed.Release();
    }

    /// <summary>Waits until all that was answered with 202 reached every destination that it must, and no number is missing.</summary>
    public async Task CompleteAsync(TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within);
        while (!IsComplete())
        {
            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(Missing());
            }
        }
    }

    public void AssertEveryPromiseHeld(Func<int, bool> usesKeys)
    {
        lock (gate)
        {
            Assert.Equal(0, strange);
            foreach (var answer in accepted)
            {
                foreach (var path in population.Expected(answer.Patient, answer.Step).Keys) Assert.Contains((path, answer.EventId), taken);
            }

            foreach (var copy in copies)
            {
                Assert.True(population.Expected(copy.Patient, copy.Step).TryGetValue(copy.Path, out var subscriptions), $"{copy} went where nobody asked for it.");
                Assert.Equal(subscriptions, copy.Subscriptions);
            }

            foreach (var destination in copies.GroupBy(copy => copy.Path))
            {
                var deliveries = destination.Select(copy => (copy.WebhookId, copy.EventId, copy.Number, copy.Patient, copy.Step)).Distinct().ToArray();
                Assert.Equal(deliveries.Length, deliveries.Select(delivery => delivery.WebhookId).Distinct().Count());
                Assert.Equal(deliveries.Length, deliveries.Select(delivery => delivery.EventId).Distinct().Count());
                Assert.Equal(Enumerable.Range(1, deliveries.Length).Select(number => (long)number), deliveries.Select(delivery => delivery.Number).Order());

                foreach (var patient in deliveries.GroupBy(delivery => delivery.Patient))
                {
                    AssertInOrder(patient.Select(delivery => delivery.Number));
                    AssertInOrder(patient.Select(delivery => delivery.Step));
                    AssertInOrder(destination.Where(copy => copy.IsTaken && copy.Patient == patient.Key).Select(copy => copy.Number).Distinct());
                    if (usesKeys(patient.Key)) Assert.Equal(patient.Count(), patient.Select(delivery => delivery.Step).Distinct().Count());
                }
            }
        }
    }

    /// <summary>Of distinct things in the order in which the first copy of each came.</summary>
    private static void AssertInOrder<T>(IEnumerable<T> first) => Assert.Equal(first.Order(), first);

    private bool IsComplete()
    {
        lock (gate)
        {
            while (firstMissing < accepted.Count && IsThere(accepted[firstMissing])) firstMissing++;
            return firstMissing == accepted.Count && numbers.Values.All(held => held.Numbers.Count == held.Highest);
        }
    }

    private bool IsThere(Accepted answer) => population.Expected(answer.Patient, answer.Step).Keys.All(path => taken.Contains((path, answer.EventId)));

    private string Missing()
    {
        lock (gate)
        {
            var gaps = numbers.Where(held => held.Value.Numbers.Count != held.Value.Highest)
                .Select(held => $"{held.Key} has {held.Value.Numbers.Count} of {held.Value.Highest} numbers");
            var lost = accepted.Count(answer => !IsThere(answer));
            return $"{lost} of {accepted.Count} events that were answered with 202 are missing somewhere. {string.Join("; ", gaps)}";
        }
    }

    private static string Digest(byte[] body) => Convert.ToHexString(SHA256.HashData(body));
}
