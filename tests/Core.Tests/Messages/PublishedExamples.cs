namespace Nems.Core.Tests.Messages;

/// <summary>The published example messages, where this checkout stands beside them; tests that need them are skipped elsewhere.</summary>
internal static class PublishedExamples
{
    private static readonly string? Folder = Find();

    public static IReadOnlyList<string> Names(string release, string extension) =>
        Folder is null ? [] : Directory.GetFiles(Path.Combine(Folder, release), "*" + extension).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToList();

    public static byte[] Read(string release, string name)
    {
        Assert.SkipUnless(Folder is not null, "The published examples (shared/examples) are not beside this checkout.");
        return File.ReadAllBytes(Path.Combine(Folder!, release, name));
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var examples = Path.Combine(folder.FullName, "shared", "examples");
            if (Directory.Exists(examples)) return examples;
        }

        return null;
    }
}
