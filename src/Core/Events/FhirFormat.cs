namespace Nems.Core.Events;

/// <summary>The FHIR release of a path, a message or a payload.</summary>
public enum FhirRelease
{
    Stu3,
    R4,
}

/// <summary>The syntax of a body.</summary>
public enum FhirFormat
{
    Xml,
    Json,
}

/// <summary>Release and syntax together: what a body is, and how it is labelled on the way out.</summary>
public readonly record struct FhirForm(FhirRelease Release, FhirFormat Format)
{
    /// <summary>The media type with its <c>fhirVersion</c>, as deliveries carry it in <c>Content-Type</c>.</summary>
    public string ContentType => (Release, Format) switch
    {
        (FhirRelease.Stu3, FhirFormat.Xml) => "application/fhir+xml; fhirVersion=3.0",
        (FhirRelease.Stu3, FhirFormat.Json) => "application/fhir+json; fhirVersion=3.0",
        (FhirRelease.R4, FhirFormat.Xml) => "application/fhir+xml; fhirVersion=4.0",
        (FhirRelease.R4, FhirFormat.Json) => "application/fhir+json; fhirVersion=4.0",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
