using Mediator;
using Nems.Core.Ports;

namespace Nems.Core.Reference;

/// <summary>Use case: which editions are in force, and what is being imported now.</summary>
public sealed record ReferenceStatus : IQuery<ReferenceStatusResult>;

/// <param name="InForce">At most one of each kind.</param>
/// <param name="UnderWay">The import that has not ended; null when there is none.</param>
public sealed record ReferenceStatusResult(IReadOnlyList<ReferenceEdition> InForce, ReferenceImportUnderWay? UnderWay);

internal sealed class ReferenceStatusHandler(IReferenceEditions editions, ReferenceImports imports) : IQueryHandler<ReferenceStatus, ReferenceStatusResult>
{
    public ValueTask<ReferenceStatusResult> Handle(ReferenceStatus query, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new ReferenceStatusResult([.. ReferenceKinds.All.Select(editions.InForce).OfType<ReferenceEdition>()], imports.UnderWay));
}
