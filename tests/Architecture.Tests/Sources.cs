using System.Xml.Linq;

namespace Nems.Architecture.Tests;

/// <summary>One file of the product, by its path from <c>src</c> with forward slashes.</summary>
public sealed record SourceFile(string Path, string Text)
{
    public string Project => Path[..Path.IndexOf('/', StringComparison.Ordinal)];
}

/// <summary>The product's own files, found by walking up from the tests.</summary>
internal static class Sources
{
    public static string Root { get; } = Find();

    public static IReadOnlyList<SourceFile> Files { get; } =
    [
        .. Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllText(System.IO.Path.Combine(Root, path)))),
    ];

    /// <summary>The projects by folder, with what each names in its project file.</summary>
    public static IReadOnlyDictionary<string, Project> Projects { get; } =
        Directory.EnumerateDirectories(Root)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj"))
            .ToDictionary(file => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(file)!), Read); // a file has a folder

    private static Project Read(string file)
    {
        var project = XDocument.Load(file);
        return new Project(
            [.. project.Descendants("ProjectReference").Select(reference => ((string)reference.Attribute("Include")!).Replace('\\', '/').Split('/')[^2])],
            [.. project.Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!)],
            [.. project.Descendants("FrameworkReference").Select(reference => (string)reference.Attribute("Include")!)]);
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Nems.sln"))) return System.IO.Path.Combine(folder.FullName, "src");
        }

        throw new InvalidOperationException("These tests read the sources and must run inside the checkout.");
    }
}

/// <summary>What a project file names.</summary>
internal sealed record Project(string[] Projects, string[] Packages, string[] Frameworks);
