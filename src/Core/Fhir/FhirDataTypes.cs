namespace Nems.Core.Fhir;

/// <summary>Questions about FHIR's data types: codings, identifiers, extensions, references.</summary>
internal static class FhirDataTypes
{
    public static FhirElement Extension(this FhirElement element, string url)
    {
        foreach (var extension in element.Children("extension"))
            if (extension.Child("url").HasValueOf(url)) return extension;
        return default;
    }

    public static int CountOfExtension(this FhirElement element, string url)
    {
        var count = 0;
        foreach (var extension in element.Children("extension"))
            if (extension.Child("url").HasValueOf(url)) count++;
        return count;
    }

    /// <summary>The first identifier of that system that has a value.</summary>
    public static FhirElement Identifier(this FhirElement resource, string system)
    {
        foreach (var identifier in resource.Children("identifier"))
            if (identifier.Child("system").HasValueOf(system) && identifier.Child("value").HasValue) return identifier;
        return default;
    }

    public static bool HasIdentifierValue(this FhirElement resource)
    {
        foreach (var identifier in resource.Children("identifier"))
            if (identifier.Child("value").HasValue) return true;
        return false;
    }

    /// <summary>Any concept of that name (it may repeat) has a coding of the system.</summary>
    public static bool HasCodeOf(this FhirElement element, string concepts, string system)
    {
        foreach (var concept in element.Children(concepts))
            foreach (var coding in concept.Children("coding"))
                if (coding.Child("system").HasValueOf(system) && coding.Child("code").HasValue) return true;
        return false;
    }

    /// <summary>Any concept of that name has this code, of whatever system.</summary>
    public static bool HasCode(this FhirElement element, string concepts, string code)
    {
        foreach (var concept in element.Children(concepts))
            foreach (var coding in concept.Children("coding"))
                if (coding.Child("code").HasValueOf(code)) return true;
        return false;
    }

    /// <summary>Any concept of that name has a code at all.</summary>
    public static bool HasAnyCode(this FhirElement element, string concepts)
    {
        foreach (var concept in element.Children(concepts))
            foreach (var coding in concept.Children("coding"))
                if (coding.Child("code").HasValue) return true;
        return false;
    }

    /// <summary>A reference to something: by address or by identifier.</summary>
    public static bool Refers(this FhirElement element, string name)
    {
        var reference = element.Child(name);
        return reference.Child("reference").HasValue || reference.Child("identifier").Child("value").HasValue;
    }

    public static bool HasName(this FhirElement person, string use)
    {
        foreach (var name in person.Children("name"))
            if (name.Child("use").HasValueOf(use) && name.Child("family").HasValue) return true;
        return false;
    }
}
