using System.Text.Json;
using Nems.Core.Ports;
using Nems.Core.Reference;

namespace Nems.Embedded.Reference;

/// <summary>The small file <c>reference.json</c> that says which editions are in force. It is replaced as a whole.</summary>
internal sealed class ReferencePointer(DataDirectory directory)
{
    private const string FileName = "reference.json";
    private readonly string path = directory.PathOf(FileName);

    private sealed record Stored(string Kind, int Number, DateTimeOffset ImportedAt, long Taken, long NotWanted, long Bad);

    /// <summary>The editions that outlive a process. Throws <see cref="InvalidOperationException"/> when the file cannot be read.</summary>
    public IReadOnlyList<ReferenceEdition> Read()
    {
        if (!File.Exists(path)) return [];
        try
        {
            return [.. (JsonSerializer.Deserialize<Stored[]>(File.ReadAllBytes(path)) ?? []).Select(EditionOf)];
        }
        catch (JsonException)
        {
            throw Unreadable();
        }
    }

    /// <summary>In force once it returns, also after a crash. Samples are left out: they end with the process.</summary>
    public void Write(IEnumerable<ReferenceEdition> editions)
    {
        var temporary = path + ".new";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(file, editions.Where(edition => !edition.IsSample).Select(edition => new Stored(
                    ReferenceKinds.NameOf(edition.Kind), edition.Number, edition.ImportedAt, edition.Count.Taken, edition.Count.NotWanted, edition.Count.Bad)));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException("The edition cannot be brought into force.", fault);
        }
    }

    private static ReferenceEdition EditionOf(Stored stored) => ReferenceKinds.TryParse(stored.Kind, out var kind)
        ? new ReferenceEdition(kind, stored.Number, stored.ImportedAt, new ReferenceCount(stored.Taken, stored.NotWanted, stored.Bad), IsSample: false)
        : throw Unreadable();

    private static InvalidOperationException Unreadable() =>
        new($"{FileName} in the data directory cannot be read. Restore it, or take it away and import the reference data again.");
}
