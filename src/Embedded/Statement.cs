using System.Buffers.Binary;
using Nems.Core.Ports;
using SQLitePCL;

namespace Nems.Embedded;

/// <summary>
/// A prepared statement, bound and stepped without the boxing of ADO.NET: these run several times per event. One thread at
/// a time. An error of the disk or the file is a <see cref="StoreUnavailableException"/>, an error of the statement itself (a
/// broken constraint, a value too big) an <see cref="InvalidOperationException"/>: SQLite's code, and no text of the values.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3_stmt statement;

    public Statement(sqlite3 database, string sql)
    {
        Check(raw.sqlite3_prepare_v2(database, sql, out statement));
    }

    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(statement, index, value));
        return this;
    }

    public Statement Bind(int index, long? value)
    {
        Check(value is { } given ? raw.sqlite3_bind_int64(statement, index, given) : raw.sqlite3_bind_null(statement, index));
        return this;
    }

    public Statement Bind(int index, bool value) => Bind(index, value ? 1L : 0L);

    public Statement Bind(int index, string? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(statement, index) : raw.sqlite3_bind_text(statement, index, value));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, index, 0) : raw.sqlite3_bind_blob(statement, index, value));
        return this;
    }

    public Statement Bind(int index, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Bind(index, bytes);
    }

    public Statement Bind(int index, UInt128? value)
    {
        if (value is { } given) return Bind(index, given);
        Check(raw.sqlite3_bind_null(statement, index));
        return this;
    }

    public Statement Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(index, bytes);
    }

    public Statement Bind(int index, Guid? value)
    {
        if (value is { } given) return Bind(index, given);
        Check(raw.sqlite3_bind_null(statement, index));
        return this;
    }

    public Statement Bind(int index, DateTimeOffset value) => Bind(index, value.UtcTicks);

    public Statement Bind(int index, DateTimeOffset? value) => Bind(index, value?.UtcTicks);

    /// <summary>Runs a statement that gives no rows, and makes it ready for the next time.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Steps to the next row; false at the end. <see cref="Reset"/> must follow before the next binding.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        raw.sqlite3_reset(statement);
        throw Fault(code);
    }

    public void Reset() => raw.sqlite3_reset(statement);

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public bool Bool(int column) => Long(column) != 0;

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    public ReadOnlySpan<byte> Span(int column) => raw.sqlite3_column_blob(statement, column);

    public UInt128 Number(int column) => BinaryPrimitives.ReadUInt128BigEndian(Span(column));

    public Guid Guid(int column) => new(Span(column), bigEndian: true);

    public DateTimeOffset Time(int column) => new(Long(column), TimeSpan.Zero);

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public void Dispose() => statement.Dispose();

    private static void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw Fault(code);
    }

    private static Exception Fault(int code)
    {
        var text = $"SQLite answered {code} ({raw.sqlite3_errstr(code).utf8_to_string()}).";
        return (code & 0xFF) is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE or raw.SQLITE_MISUSE
            ? new InvalidOperationException(text)
            : new StoreUnavailableException(text);
    }
}
