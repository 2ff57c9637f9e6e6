using Nems.Core.Problems;

namespace Nems.Core.Subscribe;

/// <summary>What reading a criteria string gave: the criteria, or at least one problem.</summary>
public sealed record CriteriaReading(Criteria? Criteria, IReadOnlyList<Problem> Problems);
