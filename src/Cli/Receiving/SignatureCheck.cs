namespace Nems.Cli.Receiving;

/// <summary>What the check of a webhook's signature found.</summary>
internal enum SignatureCheck
{
    /// <summary>No secret and no key were given to check against.</summary>
    Unchecked,

    /// <summary>One of the signatures is right and the timestamp is close.</summary>
    Verified,

    /// <summary>A header of the three is absent or malformed.</summary>
    Missing,

    /// <summary>The timestamp is more than five minutes away.</summary>
    Stale,

    /// <summary>None of the signatures is right.</summary>
    Wrong,
}
