namespace Nems.Core.Reference;

/// <summary>Reads no further than a bound, and tells how far it has read.</summary>
internal sealed class BoundedStream(Stream inner, long bound, Action<long> passed) : Stream
{
    private long read;

    /// <summary>Whether there was more than the bound. What was read is then not the whole.</summary>
    public bool IsOver { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(IsOver ? 0 : await inner.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Count(IsOver ? 0 : inner.Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Count(int count)
    {
        read += count;
        if (read > bound)
        {
            IsOver = true;
            return 0;
        }

        passed(read);
        return count;
    }
}
