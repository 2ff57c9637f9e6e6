using Microsoft.IdentityModel.Tokens;

namespace Nems.Api.Tokens;

/// <summary>What came of looking for a key.</summary>
/// <param name="Key">Null where the system has no such key, or it could not be asked.</param>
/// <param name="IsUnavailable">The key set could not be had; nothing is said of the token.</param>
internal readonly record struct KeyLookup(SecurityKey? Key, bool IsUnavailable);
