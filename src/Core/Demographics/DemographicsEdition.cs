namespace Nems.Core.Demographics;

/// <summary>One imported table as a whole.</summary>
public sealed record DemographicsEdition(DateTimeOffset ImportedAt, long Patients);
