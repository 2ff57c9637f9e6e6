using Microsoft.Extensions.Options;

namespace Nems.Embedded;

/// <summary>The directory of the embedded state, owned by this process alone from construction to disposal (or its death).</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly FileStream lockFile;

    /// <summary>Throws <see cref="InvalidOperationException"/> when another process owns the directory.</summary>
    public DataDirectory(IOptions<EmbeddedOptions> options)
    {
        Root = System.IO.Path.GetFullPath(options.Value.DataDirectory);
        Directory.CreateDirectory(Root);
        try
        {
            lockFile = new FileStream(PathOf("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new InvalidOperationException($"The data directory {Root} is owned by another process. Stop it first, or set Nems:DataDirectory.", fault);
        }
    }

    public string Root { get; }

    public string PathOf(string file) => System.IO.Path.Combine(Root, file);

    public void Dispose() => lockFile.Dispose();
}
