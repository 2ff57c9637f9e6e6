using Nems.Core.Events;
using Nems.Core.Fhir;

namespace Nems.Core.Publish.Rules;

/// <summary>A message while its rules are checked: its resources by type and by reference, and what is known of it so far.</summary>
internal sealed class CheckedMessage
{
    private const string UuidScheme = "urn:uuid:";

    private readonly Entry[] entries;
    private readonly int[] buckets;

    public CheckedMessage(FhirElement bundle, FhirForm form)
    {
        Bundle = bundle;
        Form = form;
        entries = new Entry[bundle.CountOf("entry")];
        buckets = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)entries.Length * 2 + 1)];
        var index = 0;
        foreach (var element in bundle.Children("entry")) Add(index++, element);
        foreach (var header in All("MessageHeader"))
        {
            Header = header;
            break;
        }
    }

    public FhirElement Bundle { get; }

    public FhirForm Form { get; }

    public FhirRelease Release => Form.Release;

    public bool IsR4 => Form.Release == FhirRelease.R4;

    public Findings Findings { get; } = new();

    /// <summary>The first MessageHeader, wherever it stands; absent where there is none.</summary>
    public FhirElement Header { get; }

    /// <summary>Null where the event code says none of the ten.</summary>
    public EventType? Type { get; set; }

    /// <summary>Null where the messageEventType cannot be read.</summary>
    public MessageEventType? MessageEventType { get; set; }

    public bool IsBirth => ReferenceEquals(Type, EventType.Birth);

    public bool IsScreeningDelete => Type is { IsScreening: true } && MessageEventType == Events.MessageEventType.Delete;

    /// <summary>The routingDemographics extension; absent where there is none.</summary>
    public FhirElement Routing { get; set; }

    /// <summary>The value of the routing NHS number; absent where there is none.</summary>
    public FhirElement RoutingNumber { get; set; }

    /// <summary>The routing birthDateTime; absent where there is none.</summary>
    public FhirElement RoutingBirth { get; set; }

    public ReadOnlySpan<Entry> Entries => entries;

    /// <summary>The resource that <c>MessageHeader.focus</c> refers to, where it is of the event's type.</summary>
    public FhirElement Focus { get; set; }

    /// <summary>The patient whom the event is about (births: the mother); the only or first one where nothing says which.</summary>
    public FhirElement Patient { get; set; }

    /// <summary>Births alone: the baby.</summary>
    public FhirElement Baby { get; set; }

    public Resources All(string type) => new(entries, type);

    public FhirElement First(string type)
    {
        foreach (var resource in All(type)) return resource;
        return default;
    }

    public int CountOf(string type)
    {
        var count = 0;
        foreach (var _ in All(type)) count++;
        return count;
    }

    public static bool IsUrn(ReadOnlySpan<char> address) => address.StartsWith(UuidScheme);

    /// <summary>The resource in the message to which a reference element points; absent where it points elsewhere.</summary>
    public FhirElement Resolve(FhirElement reference)
    {
        var found = Find(reference.Child("reference").Value);
        return found < 0 ? default : entries[found].Resource;
    }

    /// <summary>An earlier entry has the same address.</summary>
    public bool IsRepeated(int entry) => Find(entries[entry].FullUrl.Value) is var first && first >= 0 && first < entry;

    private int Find(ReadOnlySpan<char> address)
    {
        if (address.IsEmpty) return -1;
        for (var bucket = BucketOf(address); buckets[bucket] != 0; bucket = (bucket + 1) & (buckets.Length - 1))
            if (KeyOf(entries[buckets[bucket] - 1].FullUrl.Value).SequenceEqual(KeyOf(address))) return buckets[bucket] - 1;
        return -1;
    }

    private void Add(int index, FhirElement element)
    {
        var fullUrl = element.Child("fullUrl");
        entries[index] = new Entry(element, fullUrl, element.Child("resource").FirstChild);
        if (!fullUrl.HasValue || Find(fullUrl.Value) >= 0) return;
        var bucket = BucketOf(fullUrl.Value);
        while (buckets[bucket] != 0) bucket = (bucket + 1) & (buckets.Length - 1);
        buckets[bucket] = index + 1;
    }

    private int BucketOf(ReadOnlySpan<char> address) => string.GetHashCode(KeyOf(address)) & (buckets.Length - 1);

    /// <summary>Published examples write the address of an entry with and without its scheme.</summary>
    private static ReadOnlySpan<char> KeyOf(ReadOnlySpan<char> address) => IsUrn(address) ? address[UuidScheme.Length..] : address;

    internal readonly record struct Entry(FhirElement Element, FhirElement FullUrl, FhirElement Resource);

    /// <summary>The resources of one type, in the order of the message. Allocates nothing.</summary>
    internal readonly struct Resources(Entry[] entries, string type)
    {
        public Enumerator GetEnumerator() => new(entries, type);
    }

    internal struct Enumerator(Entry[] entries, string type)
    {
        private int index = -1;

        public readonly FhirElement Current => entries[index].Resource;

        public bool MoveNext()
        {
            while (++index < entries.Length)
                if (entries[index].Resource.Is(type)) return true;
            return false;
        }
    }
}
