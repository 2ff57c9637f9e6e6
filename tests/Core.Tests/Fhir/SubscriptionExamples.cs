namespace Nems.Core.Tests.Fhir;

/// <summary>The published examples, which stand beside the repository where they are at hand.</summary>
internal static class SubscriptionExamples
{
    internal static string? Folder { get; } = Find();

    internal static void SkipWhereAbsent() => Assert.SkipUnless(Folder is not null, "The published examples are not beside the repository.");

    private static string? Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, "shared", "examples", "subscriptions");
            if (Directory.Exists(candidate)) return candidate;
        }

        return null;
    }
}
