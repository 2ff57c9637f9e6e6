namespace Nems.Core.Reference;

/// <summary>What came of one row: a record, a fault, or neither (a row that is right and not wanted).</summary>
/// <param name="Row">The record.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="IsOfTheFile">The fault is of the whole file: nothing follows.</param>
public readonly record struct ReferenceReading(ReferenceRow? Row, ReferenceFault? Fault, bool IsOfTheFile)
{
    public static ReferenceReading Good(ReferenceRow row) => new(row, null, false);

    public static ReferenceReading NotWanted => default;

    public static ReferenceReading BadRow(ReferenceFault fault) => new(null, fault, false);

    public static ReferenceReading BadFile(ReferenceFault fault) => new(null, fault, true);
}
