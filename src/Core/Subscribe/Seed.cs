using System.Globalization;
using System.Text;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Match;
using Nems.Core.Ports;

namespace Nems.Core.Subscribe;

/// <summary>Makes the subscriptions of a seed from its patterns, as they are asked for.</summary>
internal sealed class Seed(SeedPattern aboutPatient, SeedPattern[] aboutPractice, Func<int, SeedPattern> rule, KeyedHash hash, TimeProvider clock)
{
    /// <summary>Numbers that begin with 9 are not issued; those with 999 belong to the samples and to other tests.</summary>
    private const long FirstNumber = 9_000_000_000;
    private const long AfterLastNumber = 9_990_000_000;

    internal const string SamplePractice = "Z00000";
    private static readonly FhirForm Form = new(FhirRelease.Stu3, FhirFormat.Xml);

    internal static NhsNumber SamplePatient { get; } = NumberFrom(FirstNumber).Number;

    internal IEnumerable<Destination> Destinations => aboutPractice.Append(aboutPatient).Select(pattern => pattern.Destination).OfType<Destination>().DistinctBy(destination => destination.Id);

    /// <summary>The next so many patients after <paramref name="position"/>, in the order of their keys: a store that is written in order is written once.</summary>
    internal (PatientKey Key, long Number)[] Patients(ref long position, int count)
    {
        var patients = new (PatientKey Key, long Number)[count];
        for (var index = 0; index < count; index++)
        {
            var (number, at) = NumberFrom(FirstNumber + position);
            patients[index] = (hash.Patient(number), at);
            position = at - FirstNumber + 1;
        }

        Array.Sort(patients, static (left, right) => left.Key.Value.CompareTo(right.Key.Value));
        return patients;
    }

    internal IEnumerable<NewSubscription> Explicit((PatientKey Key, long Number)[] patients) => patients.Select(patient =>
    {
        var number = patient.Number.ToString(CultureInfo.InvariantCulture);
        return New(aboutPatient, SamplePatient.Value, number, KeyedHash.ExplicitMatchKey(patient.Key));
    });

    internal IEnumerable<NewSubscription> Generic(int first, int count) => Enumerable.Range(first, count).Select(index =>
    {
        var pattern = aboutPractice[index % aboutPractice.Length];
        var practice = PracticeOf(index / aboutPractice.Length);
        return New(pattern, SamplePractice, practice, MatchKeys.ByRule(SubscriptionRule.Practice, practice, pattern.Criteria.Events[0]));
    });

    internal IEnumerable<NewSubscription> Rules(int count) => Enumerable.Range(0, count).Select(index =>
    {
        var pattern = rule(index);
        return New(pattern, "", "", MatchKeys.Of(pattern.Criteria, hash));
    });

    private static (NhsNumber Number, long At) NumberFrom(long start)
    {
        for (var at = start; at < AfterLastNumber; at++)
        {
            if (NhsNumber.TryParse(at.ToString(CultureInfo.InvariantCulture), out var number)) return (number, at);
        }

        throw new InvalidOperationException("There are no more numbers for trials.");
    }

    /// <summary>Z00000, Z00001 and so on, then Y, X and so on.</summary>
    private static string PracticeOf(int index) => string.Create(CultureInfo.InvariantCulture, $"{(char)('Z' - index / 100_000)}{index % 100_000:00000}");

    private NewSubscription New(SeedPattern pattern, string sample, string value, string matchKey)
    {
        // A pattern without problems has a destination; with problems nothing is made.
        var destination = pattern.Destination ?? throw new InvalidOperationException("The pattern was refused.");
        var now = clock.GetUtcNow();
        var resource = pattern.Resource;
        var text = pattern.CriteriaText;
        if (sample.Length > 0)
        {
            resource = [.. resource];
            Encoding.ASCII.GetBytes(value, resource.AsSpan(resource.AsSpan().IndexOf(Encoding.ASCII.GetBytes(sample))));
            text = text.Replace(sample, value, StringComparison.Ordinal);
        }

        var subscription = new Subscription
        {
            Id = SubscriptionId.New(clock),
            MatchKey = matchKey,
            Organisation = destination.Organisation,
            State = SubscriptionState.Active,
            Events = pattern.Criteria.Events.Aggregate(0, (bits, type) => bits | 1 << type.Index),
            Ages = pattern.Criteria.Ages,
            GpRegistration = pattern.Criteria.GpRegistration,
            CreatedAt = now,
            ActiveSince = now,
            EndsAt = null,
            Destination = destination,
            Tag = pattern.Criteria.Tag,
            VersionId = "1",
        };
        return new NewSubscription(new StoredSubscription(subscription, resource, Form), DuplicateKey.Of(destination, text, hash));
    }
}
