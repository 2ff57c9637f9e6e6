using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Nems.Core.Fhir;

/// <summary>
/// JSON bytes to a document in one pass: arrays become repeated children, <c>_name</c> joins the element <c>name</c>, and the
/// type of a resource becomes the child of <c>resource</c>, as in XML. Duplicate keys, comments, trailing content, lone
/// surrogates and depth over 64 are refused.
/// </summary>
internal sealed class FhirJsonReader : IDisposable
{
    private static readonly int WordsPerObject = (FhirNames.IdLimit * 2 + 63) / 64;

    private readonly FhirDocument document;
    private readonly FhirNames names = new();

    // Two bits per name for each open object: seen as "name", seen as "_name".
    private readonly ulong[] seen = ArrayPool<ulong>.Shared.Rent(WordsPerObject * (FhirDocument.MaxDepth + 1));
    private string? fault;

    private FhirJsonReader(FhirDocument document) => this.document = document;

    /// <summary>Fills the document; answers what is wrong in words, or null. The bytes are valid UTF-8 without byte order mark.</summary>
    public static string? Read(ReadOnlySpan<byte> body, FhirDocument document)
    {
        using var self = new FhirJsonReader(document);
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = FhirDocument.MaxDepth, CommentHandling = JsonCommentHandling.Disallow });
            return self.ReadRoot(ref reader);
        }
        catch (JsonException fault)
        {
            return fault.LineNumber is { } line
                ? $"The body is not well-formed JSON (line {line + 1}), or is nested deeper than 64."
                : "The body is not well-formed JSON, or is nested deeper than 64.";
        }
        catch (InvalidOperationException)
        {
            return "A string holds half of a surrogate pair."; // the one complaint of CopyString about a string token
        }
    }

    public void Dispose() => ArrayPool<ulong>.Shared.Return(seen);

    private string? ReadRoot(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return "The body is not a JSON object.";
        ReadObject(ref reader, document.Add(-1, string.Empty), isResource: true);
        if (fault is null) reader.Read(); // throws at anything after the object
        return fault;
    }

    private void ReadObject(ref Utf8JsonReader reader, int element, bool isResource)
    {
        var depth = reader.CurrentDepth;
        Seen(depth).Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadProperty(ref reader, element, isResource, depth);
            if (fault is not null) return;
        }

        if (isResource && document.At(element).Name.Length == 0) fault = "A resource has no resourceType.";
    }

    private void ReadProperty(ref Utf8JsonReader reader, int element, bool isResource, int depth)
    {
        if (reader.ValueSpan.Length > FhirNames.MaxLength * 6)
        {
            fault = "A property name is too long.";
            return;
        }

        var name = document.FreeCharacters[..reader.CopyString(document.FreeCharacters)];
        var isResourceType = isResource && name is "resourceType";
        var isExtra = name.Length > 1 && name[0] == '_';
        if (!names.TryIntern(isExtra ? name[1..] : name, out var id))
        {
            fault = "The body has too many or too long property names.";
            return;
        }

        var hasTwin = IsMarked(depth, id * 2 + (isExtra ? 0 : 1));
        if (IsMarked(depth, id * 2 + (isExtra ? 1 : 0)))
        {
            fault = "A JSON object holds the same property twice.";
            return;
        }

        Mark(depth, id * 2 + (isExtra ? 1 : 0));
        reader.Read();
        if (isResourceType) ReadResourceType(ref reader, element);
        else ReadValues(ref reader, element, names[id], isExtra, hasTwin);
    }

    private void ReadResourceType(ref Utf8JsonReader reader, int element)
    {
        if (reader.TokenType == JsonTokenType.String && names.TryIntern(document.FreeCharacters[..reader.CopyString(document.FreeCharacters)], out var id))
            document.At(element).Name = names[id];
        if (document.At(element).Name.Length == 0) fault = "A resourceType is not a name.";
    }

    private void ReadValues(ref Utf8JsonReader reader, int parent, string name, bool isExtra, bool hasTwin)
    {
        var twin = hasTwin ? FirstNamed(document.At(parent).FirstChild, name) : 0;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            if (reader.TokenType == JsonTokenType.Null) fault = "null stands outside of an array.";
            else ReadValue(ref reader, twin > 0 ? twin : Add(parent, name, inArray: false), name, isExtra);
            return;
        }

        while (fault is null && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var element = twin > 0 ? twin : Add(parent, name, inArray: true);
            if (twin > 0) twin = FirstNamed(document.At(twin).Next, name);
            if (reader.TokenType != JsonTokenType.Null) ReadValue(ref reader, element, name, isExtra);
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, int element, string name, bool isExtra)
    {
        if (fault is not null) return;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when !isExtra && name is "resource" or "contained":
                ReadObject(ref reader, Add(element, string.Empty, inArray: false), isResource: true);
                break;
            case JsonTokenType.StartObject:
                ReadObject(ref reader, element, isResource: false);
                break;
            case JsonTokenType.StartArray:
                fault = "An array stands directly in an array.";
                break;
            case var _ when isExtra:
                fault = "A property that begins with an underscore is not an object.";
                break;
            case JsonTokenType.String:
                var length = reader.CopyString(document.FreeCharacters);
                if (name != "div") document.SetValue(element, length);
                break;
            default:
                document.SetValue(element, Encoding.UTF8.GetChars(reader.ValueSpan, document.FreeCharacters));
                break;
        }
    }

    private int Add(int parent, string name, bool inArray)
    {
        if (document.IsFull) fault = "The body has too many elements.";
        return document.Add(parent, name, inArray);
    }

    private int FirstNamed(int index, string name)
    {
        while (index > 0 && !ReferenceEquals(document.At(index).Name, name)) index = document.At(index).Next;
        return index;
    }

    private Span<ulong> Seen(int depth) => seen.AsSpan(depth * WordsPerObject, WordsPerObject);

    private bool IsMarked(int depth, int bit) => (Seen(depth)[bit >> 6] & (1UL << (bit & 63))) != 0;

    private void Mark(int depth, int bit) => Seen(depth)[bit >> 6] |= 1UL << (bit & 63);
}
