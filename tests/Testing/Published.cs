namespace Nems.Testing;

/// <summary>The published example messages, where they are beside the checkout. They are not part of the product.</summary>
public static class Published
{
    public const string Reason = "the published examples (shared/examples) are not beside this checkout";

    public static string? Folder { get; } = Find();

    public static IReadOnlyList<string> Files(string folder, string pattern) =>
        Folder is null ? [] : [.. Directory.GetFiles(System.IO.Path.Combine(Folder, folder), pattern).Order(StringComparer.Ordinal)];

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared", "examples");
            if (Directory.Exists(candidate)) return candidate;
        }

        return null;
    }
}
