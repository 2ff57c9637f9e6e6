namespace Nems.Cli.Messages;

/// <summary>The messages that ship with the tool, by name: the file name without <c>.xml</c>, or the whole file name.</summary>
internal static class Sample
{
    private const string Folder = "Samples/";

    /// <summary>The names of all messages, in order; subscriptions are not among them.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(Sample).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal) && resource.IndexOf('/', Folder.Length) < 0 && !resource.EndsWith(".md", StringComparison.Ordinal))
            .Select(resource => NameOf(resource[Folder.Length..]))
            .Order(StringComparer.Ordinal)];

    /// <summary>The bytes of a message; null when there is none of that name.</summary>
    public static byte[]? Find(string name) => Read(name) ?? Read(name + ".xml");

    /// <summary>A message that is known to be there and to be readable.</summary>
    public static EventFile Open(string name) =>
        Find(name) is { } bytes && EventFile.TryRead(name, bytes, out var file, out _) && file is not null
            ? file
            : throw new InvalidOperationException($"The sample {name} is missing from the tool.");

    private static string NameOf(string file) =>
        file.EndsWith(".xml", StringComparison.Ordinal) && !file.EndsWith(".r4.xml", StringComparison.Ordinal) ? file[..^4] : file;

    private static byte[]? Read(string file)
    {
        if (file.Contains('/', StringComparison.Ordinal)) return null;
        using var stream = typeof(Sample).Assembly.GetManifestResourceStream(Folder + file);
        if (stream is null) return null;

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
