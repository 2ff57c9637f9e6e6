using Nems.Core.Reference;

namespace Nems.Core.Ports;

/// <summary>
/// Editions of reference data. What was built beside the edition in force comes into force in one step, durable, or not at
/// all: a lookup sees one whole edition, and whatever dies half-way leaves the old one in force and nothing behind.
/// </summary>
public interface IReferenceEditions
{
    /// <summary>The edition in force; null when there is none.</summary>
    ReferenceEdition? InForce(ReferenceKind kind);

    /// <summary>Begins an edition; null while another one is being built, of whatever kind.</summary>
    IReferenceDraft? Begin(ReferenceKind kind);
}
