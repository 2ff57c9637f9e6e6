namespace Nems.Core.Reference;

/// <summary>What is wrong with a row or a file. Never holds what stands in it.</summary>
/// <param name="Line">Of the file, from 1; 0 where the fault has none.</param>
/// <param name="Rule">The rule that was broken, a word of a closed set.</param>
/// <param name="Detail">What was expected, in the service's own words.</param>
public sealed record ReferenceFault(int Line, string Rule, string Detail);
