using Nems.Core.Ports;
using Nems.Core.Reference;

namespace Nems.Embedded.Reference;

/// <summary>
/// Reference data in SQLite files of their own beside the store: an edition is built in a new file, and <c>reference.json</c>
/// says which are in force. What the pointer does not name is left over from a process that died, and is taken away at start.
/// </summary>
internal sealed class SqliteReference : IReferenceData, IReferenceEditions, IDisposable
{
    private readonly DataDirectory directory;
    private readonly ReferencePointer pointer;
    private readonly TimeProvider clock;
    private readonly ICheckpoints checkpoints;
    private readonly Lock gate = new();
    private volatile ReferenceView view = ReferenceView.Empty;
    private bool isBuilding;

    public SqliteReference(DataDirectory directory, TimeProvider clock, ICheckpoints checkpoints)
    {
        (this.directory, this.clock, this.checkpoints) = (directory, clock, checkpoints);
        pointer = new ReferencePointer(directory);
        var editions = pointer.Read();
        foreach (var edition in editions) view = Open(edition);
        var kept = editions.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(directory.Root, EditionFile.Pattern))
        {
            if (!kept.Contains(Path.GetFileName(file))) EditionFile.Delete(file);
        }
    }

    public PostcodeAreas? FindPostcode(string normalised)
    {
        while (true)
        {
            var now = view;
            if (now.Postcodes is not { } postcodes) return null;

            // Let go in this moment: the next look sees its successor.
            if (!postcodes.TryHold()) continue;
            try
            {
                var area = postcodes.Find(normalised);
                return area < 0 ? null : now.Areas[area];
            }
            finally
            {
                postcodes.Release();
            }
        }
    }

    public string? FindSubLocation(string practice) => view.Practices.GetValueOrDefault(practice);

    public ReferenceEdition? InForce(ReferenceKind kind) => view.Editions.GetValueOrDefault(kind);

    public IReferenceDraft? Begin(ReferenceKind kind)
    {
        lock (gate)
        {
            if (isBuilding) return null;
            isBuilding = true;
        }

        var number = (InForce(kind)?.Number ?? 0) + 1;
        var path = directory.PathOf(EditionFile.NameOf(kind, number));
        EditionDraft? draft = null;
        try
        {
            EditionFile.Delete(path);
            return draft = new EditionDraft(this, kind, number, path);
        }
        finally
        {
            if (draft is null) Ended();
        }
    }

    /// <summary>Brings a finished file into force.</summary>
    internal ReferenceEdition Switch(ReferenceKind kind, int number, ReferenceCount count, bool isSample, string path)
    {
        var edition = new ReferenceEdition(kind, number, clock.GetUtcNow(), count, isSample);
        var before = view;
        var after = before.With(edition, path);
        checkpoints.Reached("reference.built");
        try
        {
            if (!isSample) pointer.Write(after.Editions.Values);
        }
        catch (StoreUnavailableException)
        {
            if (!ReferenceEquals(after.Postcodes, before.Postcodes)) after.Postcodes?.Release();
            throw;
        }

        view = after;
        checkpoints.Reached("reference.switched");
        if (!ReferenceEquals(after.Postcodes, before.Postcodes)) before.Postcodes?.Retire();
        else if (before.Editions.TryGetValue(kind, out var old)) EditionFile.Delete(directory.PathOf(NameOf(old)));
        return edition;
    }

    internal void Ended()
    {
        lock (gate) isBuilding = false;
    }

    public void Dispose() => view.Postcodes?.Release();

    private static string NameOf(ReferenceEdition edition) => EditionFile.NameOf(edition.Kind, edition.Number);

    private ReferenceView Open(ReferenceEdition edition)
    {
        try
        {
            return view.With(edition, directory.PathOf(NameOf(edition)));
        }
        catch (Exception fault) when (fault is StoreUnavailableException or InvalidOperationException)
        {
            throw new InvalidOperationException(
                $"The reference edition {NameOf(edition)} is in force but cannot be read. Restore it from the backup, or take reference.json away and import again.", fault);
        }
    }
}
