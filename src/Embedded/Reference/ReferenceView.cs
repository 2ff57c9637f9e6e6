using System.Collections.Frozen;
using Nems.Core.Reference;

namespace Nems.Embedded.Reference;

/// <summary>Everything that is in force at one moment. Never changed: a switch makes another.</summary>
/// <param name="Editions">What is in force, by kind.</param>
/// <param name="Practices">Practice to sub-location.</param>
/// <param name="Translations">GSS to ODS code of sub-locations.</param>
/// <param name="Postcodes">The postcodes; null when there is no edition.</param>
/// <param name="Areas">The areas of <paramref name="Postcodes"/>, their sub-locations translated.</param>
internal sealed record ReferenceView(
    IReadOnlyDictionary<ReferenceKind, ReferenceEdition> Editions,
    FrozenDictionary<string, string> Practices,
    FrozenDictionary<string, string> Translations,
    PostcodeTable? Postcodes,
    PostcodeAreas[] Areas)
{
    public static ReferenceView Empty { get; } = new(new Dictionary<ReferenceKind, ReferenceEdition>(), CodeTable.Empty, CodeTable.Empty, null, []);

    /// <summary>This view with another edition of one kind, whose file is opened here.</summary>
    public ReferenceView With(ReferenceEdition edition, string path)
    {
        var editions = new Dictionary<ReferenceKind, ReferenceEdition>(Editions) { [edition.Kind] = edition };
        return edition.Kind switch
        {
            ReferenceKind.Practices => this with { Editions = editions, Practices = CodeTable.Read(path) },
            ReferenceKind.Postcodes => (this with { Editions = editions, Postcodes = new PostcodeTable(path) }).Translated(),
            ReferenceKind.SubLocations => (this with { Editions = editions, Translations = CodeTable.Read(path) }).Translated(),
        };
    }

    private ReferenceView Translated() => this with { Areas = [.. Postcodes?.Areas.Select(Translated) ?? []] };

    private PostcodeAreas Translated(PostcodeAreas area) =>
        area.SubLocation is { } given && Translations.TryGetValue(given, out var known) ? area with { SubLocation = known } : area;
}
