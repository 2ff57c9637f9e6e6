using System.Collections.Frozen;

namespace Nems.Embedded.Reference;

/// <summary>The codes of an edition of practices or sub-locations: thousands, held in memory.</summary>
internal static class CodeTable
{
    public static FrozenDictionary<string, string> Empty { get; } = FrozenDictionary<string, string>.Empty;

    public static FrozenDictionary<string, string> Read(string path)
    {
        using var connection = EditionFile.OpenToRead(path);
        using var select = new Statement(Database.HandleOf(connection), "SELECT key, code FROM codes WHERE code IS NOT NULL");
        Dictionary<string, string> codes = new(StringComparer.Ordinal);
        while (select.Step()) codes[select.Text(0)] = select.Text(1);
        return codes.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
