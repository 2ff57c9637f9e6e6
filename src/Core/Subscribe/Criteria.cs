using Nems.Core.Events;

namespace Nems.Core.Subscribe;

/// <summary>The five rules of generic subscriptions, by their published codes.</summary>
public enum SubscriptionRule
{
    /// <summary><c>GP_GP_GP</c>: the patient's registered practice.</summary>
    Practice,

    /// <summary><c>CHO_GP_CCG</c>: the ICB sub-location of the patient's registered practice.</summary>
    PracticeSubLocation,

    /// <summary><c>CHO_POSTCODE_CCG</c>: the ICB sub-location of the patient's home postcode.</summary>
    HomeSubLocation,

    /// <summary><c>UHV_POSTCODE_LACODE</c>: the local authority of the patient's home postcode.</summary>
    HomeLocalAuthority,

    /// <summary><c>COUNTRYCODE</c>: the country of the patient's home postcode.</summary>
    HomeCountry,
}

/// <summary>The comparator of a <c>Patient.age</c> component.</summary>
public enum AgeComparator
{
    Exactly,
    LessThan,
    GreaterThan,
}

/// <summary>One <c>Patient.age</c> component: whole years, 0 to 150.</summary>
public readonly record struct AgeFilter(AgeComparator Comparator, int Years)
{
    public bool Holds(int age) => Comparator switch
    {
        AgeComparator.Exactly => age == Years,
        AgeComparator.LessThan => age < Years,
        AgeComparator.GreaterThan => age > Years,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>The <c>GPRegistration</c> component.</summary>
public enum GpRegistration
{
    Any,
    RegisteredOnly,
    UnregisteredOnly,
}

/// <summary>
/// The parsed criteria of a subscription (NEMS specification, criteria grammar). Either <see cref="NhsNumber"/> is set
/// (explicit), or <see cref="Rule"/> and <see cref="Organisation"/> are (generic).
/// </summary>
public sealed record Criteria
{
    /// <summary>GP, CHO, UHV or EPCHR; describes the subscriber, takes no part in matching.</summary>
    public string? ServiceType { get; init; }

    public NhsNumber? NhsNumber { get; init; }

    public SubscriptionRule? Rule { get; init; }

    /// <summary>The code that the rule compares: practice, sub-location, local authority or country; upper case.</summary>
    public string? Organisation { get; init; }

    /// <summary>Without repeats, in the order given. Exactly one for a generic subscription.</summary>
    public required IReadOnlyList<EventType> Events { get; init; }

    /// <summary>All must hold.</summary>
    public IReadOnlyList<AgeFilter> Ages { get; init; } = [];

    public GpRegistration GpRegistration { get; init; }

    /// <summary>Up to 100 letters, digits, <c>- _ | ,</c>; listed with each delivery.</summary>
    public string? Tag { get; init; }

    public bool IsExplicit => NhsNumber is not null;

    public override string ToString() => IsExplicit ? "(explicit criteria)" : "(generic criteria)";
}
