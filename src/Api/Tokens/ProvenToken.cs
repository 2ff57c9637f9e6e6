using Nems.Core.Registry;

namespace Nems.Api.Tokens;

/// <summary>A token that passed every rule that does not depend on the request around it.</summary>
/// <param name="Caller">Who it speaks for.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="GoodThrough">The last moment at which it is accepted, clock tolerance included.</param>
/// <param name="RegistryVersion">The registry it was judged by.</param>
/// <param name="SingleUseId">Its <c>jti</c>, where it may be used only once; such a token is never kept.</param>
internal sealed record ProvenToken(
    Caller Caller, TokenScopes Scopes, DateTimeOffset GoodThrough, long RegistryVersion, string? SingleUseId)
{
    public override string ToString() => Caller.ToString();
}
