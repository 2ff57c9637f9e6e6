namespace Nems.Core.Reference;

/// <summary>The files there are. Stored by name.</summary>
public enum ReferenceKind
{
    /// <summary>GP practices and their sub-locations: the epraccur layout.</summary>
    Practices,

    /// <summary>Postcodes and their areas: the ONSPD layout.</summary>
    Postcodes,

    /// <summary>GSS to ODS codes of sub-locations: the names and codes file of the ONS.</summary>
    SubLocations,
}

/// <summary>The words for the kinds in addresses, files and logs.</summary>
public static class ReferenceKinds
{
    public static IReadOnlyList<ReferenceKind> All { get; } = [ReferenceKind.Practices, ReferenceKind.Postcodes, ReferenceKind.SubLocations];

    public static string NameOf(ReferenceKind kind) => kind switch
    {
        ReferenceKind.Practices => "practices",
        ReferenceKind.Postcodes => "postcodes",
        ReferenceKind.SubLocations => "sublocations",
    };

    public static bool TryParse(string name, out ReferenceKind kind)
    {
        foreach (var each in All)
        {
            kind = each;
            if (NameOf(each) == name) return true;
        }

        kind = default;
        return false;
    }
}
