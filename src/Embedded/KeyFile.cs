using System.Security.Cryptography;
using System.Text.Json;
using Nems.Core.Keys;

namespace Nems.Embedded;

/// <summary>The keys of an embedded deployment: made at its first start, kept in <c>keys.json</c>, readable by its owner alone.</summary>
internal static class KeyFile
{
    private sealed record Stored(byte[] IndexKey, byte[] SealingKey, byte[] SigningSeed);

    public static ServiceKeys ReadOrCreate(DataDirectory directory)
    {
        var path = directory.PathOf("keys.json");
        if (!File.Exists(path)) Create(directory, path);
        if (Read(path) is not { IndexKey.Length: 32, SealingKey.Length: 32, SigningSeed.Length: 32 } stored)
            throw new InvalidOperationException("keys.json in the data directory does not hold three keys of 32 bytes. Restore it from the backup.");
        return new ServiceKeys(stored.IndexKey, stored.SealingKey, stored.SigningSeed);
    }

    private static Stored? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path));
        }
        catch (JsonException)
        {
            // Its text could quote what the file holds.
            return null;
        }
    }

    private static void Create(DataDirectory directory, string path)
    {
        if (File.Exists(directory.PathOf(Database.FileName)))
            throw new InvalidOperationException("The data directory has a store but no keys.json. Restore it: without it no patient can be found.");

        var keys = new Stored(RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(file, keys);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
    }
}
