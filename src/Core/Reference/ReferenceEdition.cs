namespace Nems.Core.Reference;

/// <summary>One edition of one kind.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="Number">Counts up with each edition of the kind.</param>
/// <param name="ImportedAt">When it came into force.</param>
/// <param name="Count">What the file held.</param>
/// <param name="IsSample">It is the made-up sample that ships.</param>
public sealed record ReferenceEdition(ReferenceKind Kind, int Number, DateTimeOffset ImportedAt, ReferenceCount Count, bool IsSample);

/// <summary>The rows of a file.</summary>
/// <param name="Taken">Rows that are in the edition.</param>
/// <param name="NotWanted">Good rows that do not belong in it, such as closed practices.</param>
/// <param name="Bad">Rows that were skipped for a fault.</param>
public sealed record ReferenceCount(long Taken, long NotWanted, long Bad);
