namespace Nems.Api.Tokens;

/// <summary>The scopes of a token that mean something here.</summary>
[Flags]
internal enum TokenScopes
{
    None = 0,
    BundleWrite = 1,
    SubscriptionRead = 2,
    SubscriptionWrite = 4,
}
