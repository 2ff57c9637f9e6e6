namespace Nems.Core.Reference;

/// <summary>What a file may cost. A value of its own so that tests need no gigabytes.</summary>
/// <param name="Upload">Bytes as sent.</param>
/// <param name="Content">Bytes after unpacking.</param>
/// <param name="Row">Characters of a row, and so the memory that reading takes.</param>
/// <param name="Areas">Different combinations of codes: thousands in the real files.</param>
public sealed record ReferenceLimits(long Upload, long Content, int Row, int Areas)
{
    public static ReferenceLimits Default { get; } = new(2L << 30, 4L << 30, 64 * 1024, 100_000);
}
