using System.IO.Compression;

namespace Nems.Core.Reference;

/// <summary>
/// The CSV text in what was sent: the bytes themselves, or one entry of a zip, told by the first bytes. A zip is set down on
/// the platform's disk first, since its table of contents is at its end; nothing is ever held in memory as a whole.
/// </summary>
internal sealed class ReferenceContent : IAsyncDisposable
{
    private const int CopyBuffer = 128 * 1024;
    private static readonly byte[] ZipStart = [0x50, 0x4B, 0x03, 0x04];

    private readonly BoundedStream upload;
    private readonly ReferenceLimits limits;
    private Stream? setDown;
    private ZipArchive? zip;
    private BoundedStream? unpacked;

    private ReferenceContent(Stream sent, ReferenceLimits limits, Action<long> passed)
    {
        this.limits = limits;
        upload = new BoundedStream(sent, limits.Upload, passed);
    }

    /// <summary>The text; set unless there is a fault.</summary>
    public Stream Text { get; private set; } = Stream.Null;

    /// <summary>Why there is no text.</summary>
    public ReferenceFault? Fault { get; private set; }

    /// <summary>Set once reading went over a limit: the text then ended too early.</summary>
    public ReferenceFault? Excess =>
        upload.IsOver ? new ReferenceFault(0, "file.too-large", "What was sent is larger than the service takes.")
        : unpacked is { IsOver: true } ? new ReferenceFault(0, "file.too-large", "Unpacked, the file is larger than the service takes.")
        : null;

    /// <param name="kind">Chooses among the entries of a zip.</param>
    /// <param name="sent">What was sent; read once, in order.</param>
    /// <param name="spool">Makes a file for a zip, gone when it is closed.</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="passed">Told how many bytes of what was sent have been read.</param>
    /// <param name="cancel">Stops it.</param>
    public static async ValueTask<ReferenceContent> OpenAsync(
        ReferenceKind kind, Stream sent, Func<Stream> spool, ReferenceLimits limits, Action<long> passed, CancellationToken cancel)
    {
        var content = new ReferenceContent(sent, limits, passed);
        var first = new byte[ZipStart.Length];
        var read = await content.upload.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancel);
        if (read == 0) content.Fault = content.Excess ?? new ReferenceFault(0, "file.empty", "Nothing was sent.");
        else if (first.AsSpan(0, read).SequenceEqual(ZipStart)) await content.UnpackAsync(kind, spool, cancel);
        else content.Text = new Preceded(first.AsMemory(0, read), content.upload);
        return content;
    }

    public async ValueTask DisposeAsync()
    {
        if (zip is not null) await zip.DisposeAsync();
        if (setDown is not null) await setDown.DisposeAsync();
    }

    private async ValueTask UnpackAsync(ReferenceKind kind, Func<Stream> spool, CancellationToken cancel)
    {
        setDown = spool();
        await setDown.WriteAsync(ZipStart, cancel);
        await upload.CopyToAsync(setDown, CopyBuffer, cancel);
        if ((Fault = Excess) is not null) return;

        setDown.Position = 0;
        try
        {
            zip = await ZipArchive.CreateAsync(setDown, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancel);
            if (Choose(kind, zip) is { } entry) Text = unpacked = new BoundedStream(await entry.OpenAsync(cancel), limits.Content, _ => { });
        }
        catch (InvalidDataException)
        {
            Fault = new ReferenceFault(0, "zip.unreadable", "The zip file is damaged or cut short.");
        }
    }

    /// <summary>The one CSV file there is; of several, the one that is named as the publisher names it.</summary>
    private ZipArchiveEntry? Choose(ReferenceKind kind, ZipArchive archive)
    {
        ZipArchiveEntry[] all = [.. archive.Entries.Where(entry => entry.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal))];
        ZipArchiveEntry[] fitting = all.Length == 1 ? all : [.. all.Where(entry => IsNamedFor(kind, entry.FullName))];
        if (fitting.Length == 1) return fitting[0];
        Fault = all.Length == 0
            ? new ReferenceFault(0, "zip.no-csv", "The zip file holds no CSV file.")
            : new ReferenceFault(0, "zip.which-csv", "The zip file holds several CSV files, and not exactly one is named as its publisher names it. Send that one by itself.");
        return null;
    }

    private static bool IsNamedFor(ReferenceKind kind, string path)
    {
        // The directory of postcodes comes whole, and cut into pieces by area beside it.
        if (path.Contains("multi_csv/", StringComparison.OrdinalIgnoreCase)) return false;
        var name = Header.NameOf(path.AsSpan(path.LastIndexOf('/') + 1));
        return kind switch
        {
            ReferenceKind.Practices => name.StartsWith("epraccur", StringComparison.Ordinal),
            ReferenceKind.Postcodes => name.StartsWith("onspd", StringComparison.Ordinal) || name.StartsWith("nhspd", StringComparison.Ordinal),
            ReferenceKind.SubLocations => name.Contains("subicb", StringComparison.Ordinal) || name.Contains("sicbl", StringComparison.Ordinal),
        };
    }

    /// <summary>Some bytes, then a stream.</summary>
    private sealed class Preceded(ReadOnlyMemory<byte> first, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> first = first;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (first.IsEmpty) return rest.ReadAsync(buffer, cancellationToken);
            var count = Math.Min(first.Length, buffer.Length);
            first[..count].CopyTo(buffer);
            first = first[count..];
            return ValueTask.FromResult(count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
