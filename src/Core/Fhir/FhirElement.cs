using System.Globalization;
using System.Text;

namespace Nems.Core.Fhir;

/// <summary>One element of a document, or none: what is asked of an absent element is absent too.</summary>
internal readonly struct FhirElement(FhirDocument? document, int index)
{
    private readonly FhirDocument? document = document;
    private readonly int index = index;

    public bool Exists => document is not null;

    public string Name => document is null ? string.Empty : document.At(index).Name;

    /// <summary>The text of a primitive; empty where there is none.</summary>
    public ReadOnlySpan<char> Value => document is null ? default : document.ValueOf(index);

    public bool HasValue => document is not null && document.At(index).ValueLength > 0;

    /// <summary>Says anything at all: has a value or an element in it.</summary>
    public bool HasContent => document is not null && (document.At(index).ValueLength > 0 || document.At(index).FirstChild != 0);

    public FhirElement Parent => document is null || index == 0 ? default : new(document, document.At(index).Parent);

    public FhirElement FirstChild => document is null ? default : Linked(document.At(index).FirstChild);

    public FhirElement Next => document is null ? default : Linked(document.At(index).Next);

    /// <summary>
    /// FHIRPath of the element, e.g. <c>Bundle.entry[2].resource.identifier[0].value</c>. Ends at the last element whose name
    /// is one of FHIR's own, so that it shows nothing that a publisher invented.
    /// </summary>
    public string Location
    {
        get
        {
            if (document is null) return string.Empty;
            var path = new StringBuilder();
            AppendTo(path);
            return path.ToString();
        }
    }

    public bool Is(string name) => document is not null && string.Equals(document.At(index).Name, name, StringComparison.Ordinal);

    public bool IsSameAs(FhirElement other) => Exists && ReferenceEquals(document, other.document) && index == other.index;

    public bool HasValueOf(string expected) => Value.SequenceEqual(expected);

    /// <summary>The first child of that name.</summary>
    public FhirElement Child(string name)
    {
        foreach (var child in Children(name)) return child;
        return default;
    }

    public Elements Children(string? name = null) => new(this, name);

    public int CountOf(string name)
    {
        var count = 0;
        foreach (var _ in Children(name)) count++;
        return count;
    }

    /// <summary>The place of a child of that name, which need not be there.</summary>
    public string LocationOf(string name) => Location + "." + name;

    public override string ToString() => Name;

    private FhirElement Linked(int other) => other == 0 ? default : new(document, other);

    private bool AppendTo(StringBuilder path)
    {
        var parent = Parent;
        if (parent.Exists && !parent.AppendTo(path)) return false;
        if (!FhirNames.IsKnown(Name)) return false;
        if (!parent.Exists)
        {
            path.Append(Name);
            return true;
        }

        if (parent.Is("resource") || parent.Is("contained")) return true;
        path.Append('.').Append(Name);
        if (IsOneOfMany(parent)) path.Append('[').Append(Position(parent).ToString(CultureInfo.InvariantCulture)).Append(']');
        return true;
    }

    private bool IsOneOfMany(FhirElement parent) =>
        document!.At(index).InArray // an element that is appended exists
        || Name is "entry" or "extension" or "identifier" or "coding" or "address" or "line" or "given" or "focus" or "target" or "agent"
        || parent.CountOf(Name) > 1;

    private int Position(FhirElement parent)
    {
        var position = 0;
        foreach (var sibling in parent.Children(Name))
        {
            if (sibling.index == index) break;
            position++;
        }

        return position;
    }

    /// <summary>The children of an element, all or those of one name, in order. Allocates nothing.</summary>
    internal readonly struct Elements(FhirElement parent, string? name)
    {
        public Enumerator GetEnumerator() => new(parent.FirstChild, name);
    }

    internal struct Enumerator(FhirElement first, string? name)
    {
        private FhirElement next = first;

        public FhirElement Current { get; private set; }

        public bool MoveNext()
        {
            while (next.Exists)
            {
                Current = next;
                next = Current.Next;
                if (name is null || Current.Is(name)) return true;
            }

            return false;
        }
    }
}
