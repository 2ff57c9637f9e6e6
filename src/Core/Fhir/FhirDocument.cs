using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;
using Nems.Core.Events;
using Nems.Core.Problems;

namespace Nems.Core.Fhir;

/// <summary>
/// A body as a tree of elements, the same from XML and from JSON: names as in the XML form, values as text, attributes as
/// children, a resource as the one child of <c>resource</c>. Rented memory: elements and their values are gone once it is disposed.
/// </summary>
internal sealed class FhirDocument : IDisposable
{
    public const int MaxDepth = 64;
    public const int MaxNodes = 200_000;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    private Node[] nodes;
    private char[] characters;
    private int nodeCount;
    private int characterCount;

    private FhirDocument(int bodyLength)
    {
        nodes = ArrayPool<Node>.Shared.Rent(Math.Clamp(bodyLength / 16, 128, 4096));

        // No value is longer in UTF-16 units than in UTF-8 bytes, so one array holds them all.
        characters = ArrayPool<char>.Shared.Rent(Math.Max(bodyLength, 1));
    }

    public FhirElement Root => new(this, 0);

    /// <summary>The number of elements. They stand in document order but for JSON's <c>_name</c> parts.</summary>
    public int Count => nodeCount;

    public bool IsFull => nodeCount >= MaxNodes;

    /// <summary>Reads a body. Whatever the bytes are, the answer is a document or a problem, never an exception.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> body, FhirFormat format, [NotNullWhen(true)] out FhirDocument? document, [NotNullWhen(false)] out Problem? problem)
    {
        if (body.Span.StartsWith(ByteOrderMark)) body = body[ByteOrderMark.Length..];
        document = null;
        var read = new FhirDocument(body.Length);

        // A zero byte stands in neither syntax, but would make the XML parser guess at UTF-16.
        var fault = body.IsEmpty ? "The body is empty."
            : !Utf8.IsValid(body.Span) || body.Span.Contains((byte)0) ? "The body is not valid UTF-8."
            : Parse(body, format, read);
        problem = fault is null ? null : new Problem(SpineCode.MessageNotWellFormed, fault);
        if (problem is null) document = read;
        else read.Dispose();
        return problem is null;
    }

    public void Dispose()
    {
        if (nodes.Length == 0) return;
        ArrayPool<Node>.Shared.Return(nodes, clearArray: true);
        ArrayPool<char>.Shared.Return(characters, clearArray: true);
        nodes = [];
        characters = [];
        nodeCount = 0;
    }

    internal ref Node At(int index) => ref nodes[index];

    internal ReadOnlySpan<char> ValueOf(int index)
    {
        ref readonly var node = ref nodes[index];
        return characters.AsSpan(node.ValueStart, node.ValueLength);
    }

    /// <summary>Adds an element as the last child of its parent (-1 for the root) and answers its index.</summary>
    internal int Add(int parent, string name, bool inArray = false)
    {
        if (nodeCount == nodes.Length) Grow();
        var index = nodeCount++;
        nodes[index] = new Node { Name = name, Parent = parent, InArray = inArray };
        if (parent < 0) return index;

        ref var above = ref nodes[parent];
        if (above.LastChild == 0) above.FirstChild = index;
        else nodes[above.LastChild].Next = index;
        above.LastChild = index;
        return index;
    }

    /// <summary>Where the next value is to be written. It becomes part of the document by <see cref="SetValue"/>.</summary>
    internal Span<char> FreeCharacters => characters.AsSpan(characterCount);

    internal int ReadInto(Func<char[], int, int, int> source)
    {
        var length = 0;
        while (characterCount + length < characters.Length)
        {
            var got = source(characters, characterCount + length, characters.Length - characterCount - length);
            if (got == 0) break;
            length += got;
        }

        return length;
    }

    internal void SetValue(int index, int length)
    {
        nodes[index].ValueStart = characterCount;
        nodes[index].ValueLength = length;
        characterCount += length;
    }

    private static string? Parse(ReadOnlyMemory<byte> body, FhirFormat format, FhirDocument document) => format switch
    {
        FhirFormat.Xml => FhirXmlReader.Read(body, document),
        FhirFormat.Json => FhirJsonReader.Read(body.Span, document),
    };

    private void Grow()
    {
        var larger = ArrayPool<Node>.Shared.Rent(nodes.Length * 2);
        nodes.AsSpan(0, nodeCount).CopyTo(larger);
        ArrayPool<Node>.Shared.Return(nodes, clearArray: true);
        nodes = larger;
    }

    /// <summary>Links are indexes; 0 is none, since the root is nobody's child or sibling.</summary>
    internal struct Node
    {
        public string Name;
        public int Parent;
        public int FirstChild;
        public int LastChild;
        public int Next;
        public int ValueStart;
        public int ValueLength;
        public bool InArray;
    }
}
