namespace Nems.Core.Reference;

/// <summary>How far the import under way is, for whoever asks. There is at most one.</summary>
internal sealed class ReferenceImports
{
    private volatile RunningImport? running;

    public ReferenceImportUnderWay? UnderWay => running?.Look();

    public RunningImport Start(ReferenceKind kind, DateTimeOffset at) => running = new RunningImport(kind, at);

    public void Ended() => running = null;

    internal sealed class RunningImport(ReferenceKind kind, DateTimeOffset startedAt)
    {
        private long rows;
        private long bytes;

        public void PassedBytes(long total) => Volatile.Write(ref bytes, total);

        public void PassedRows(long total) => Volatile.Write(ref rows, total);

        public ReferenceImportUnderWay Look() => new(kind, startedAt, Volatile.Read(ref rows), Volatile.Read(ref bytes));
    }
}

/// <summary>An import that has not ended.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="StartedAt">Since when.</param>
/// <param name="Rows">Rows read so far.</param>
/// <param name="Bytes">Bytes read so far of what is sent.</param>
public sealed record ReferenceImportUnderWay(ReferenceKind Kind, DateTimeOffset StartedAt, long Rows, long Bytes);
