using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Nems.Core.Reference;

namespace Nems.Embedded.Reference;

/// <summary>
/// The postcodes of one edition, read from its file by any number of threads. The file closes when its owner and the last
/// lookup have let it go, and is then taken away if it is retired.
/// </summary>
internal sealed class PostcodeTable
{
    private readonly ConcurrentBag<Reader> idle = [];
    private readonly string path;
    private int holders = 1;
    private volatile bool isRetired;

    public PostcodeTable(string path)
    {
        this.path = path;
        using var connection = EditionFile.OpenToRead(path);
        using var select = new Statement(Database.HandleOf(connection), "SELECT id, sub_location, local_authority, country FROM areas ORDER BY id");
        List<PostcodeAreas> areas = [];
        while (select.Step()) areas.Add(new PostcodeAreas(select.TextOrNull(1), select.TextOrNull(2), select.TextOrNull(3)));
        Areas = areas;
    }

    /// <summary>The different areas as the file gives them; a postcode names one by its place here.</summary>
    public IReadOnlyList<PostcodeAreas> Areas { get; }

    /// <summary>Keeps the file open until <see cref="Release"/>; false when it was let go already.</summary>
    public bool TryHold()
    {
        var seen = Volatile.Read(ref holders);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref holders, seen + 1, seen);
            if (before == seen) return true;
            seen = before;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref holders) > 0) return;
        while (idle.TryTake(out var reader)) reader.Dispose();
        if (isRetired) EditionFile.Delete(path);
    }

    /// <summary>The owner lets go, and the file is not wanted any more.</summary>
    public void Retire()
    {
        isRetired = true;
        Release();
    }

    /// <summary>The place of the postcode's areas; -1 when it is unknown. Only while held.</summary>
    public int Find(ReadOnlySpan<char> postcode)
    {
        if (!PackedKey.TryPack(postcode, out var key)) return -1;
        if (!idle.TryTake(out var reader)) reader = new Reader(path);
        var found = reader.Find(key);
        idle.Add(reader);
        return found;
    }

    private sealed class Reader : IDisposable
    {
        private readonly SqliteConnection connection;
        private readonly Statement select;

        public Reader(string path)
        {
            connection = EditionFile.OpenToRead(path);
            select = new Statement(Database.HandleOf(connection), "SELECT area FROM postcodes WHERE key = ?1");
        }

        public int Find(long key)
        {
            var found = select.Bind(1, key).Step() ? (int)select.Long(0) : -1;
            select.Reset();
            return found;
        }

        public void Dispose()
        {
            select.Dispose();
            connection.Dispose();
        }
    }
}
