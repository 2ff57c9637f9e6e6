using Nems.Api.Tokens;

namespace Nems.Api;

/// <summary>What a caller wants; it decides which InteractionID and which scope are needed.</summary>
internal enum CallKind
{
    Publish,
    PublishR4,
    CreateSubscription,
    ReadSubscription,
    DeleteSubscription,
}

/// <summary>What each call needs (NEMS specification 2.3, 2.4).</summary>
internal static class CallKindNeeds
{
    private const string EventPrefix = "urn:nhs:names:services:events:";
    private const string EventSuffix = ".Write";

    extension(CallKind call)
    {
        /// <summary>The scopes of which one is enough; write suffices to read.</summary>
        public TokenScopes Scopes => call switch
        {
            CallKind.Publish or CallKind.PublishR4 => TokenScopes.BundleWrite,
            CallKind.CreateSubscription or CallKind.DeleteSubscription => TokenScopes.SubscriptionWrite,
            CallKind.ReadSubscription => TokenScopes.SubscriptionRead | TokenScopes.SubscriptionWrite,
        };

        public string MissingScope => call switch
        {
            CallKind.Publish or CallKind.PublishR4 => "Required scopes not found in token (patient/Bundle.write)",
            CallKind.CreateSubscription or CallKind.DeleteSubscription => "Required scopes not found in token (patient/Subscription.write)",
            CallKind.ReadSubscription => "Required scopes not found in token (patient/Subscription.read)",
        };

        /// <summary>The one InteractionID of the call; null for publishing, where it names the event in the body.</summary>
        public string? InteractionId => call switch
        {
            CallKind.Publish or CallKind.PublishR4 => null,
            CallKind.CreateSubscription => "urn:nhs:names:services:clinicals-sync:SubscriptionsApiPost",
            CallKind.ReadSubscription => "urn:nhs:names:services:clinicals-sync:SubscriptionsApiGet",
            CallKind.DeleteSubscription => "urn:nhs:names:services:clinicals-sync:SubscriptionsApiDelete",
        };

        /// <summary>Whether this InteractionID can be that of the call. Publishing checks the shape alone, in any letter case: the body decides.</summary>
        public bool Accepts(string interactionId) => call.InteractionId is { } only
            ? string.Equals(only, interactionId, StringComparison.Ordinal)
            : NamesAnEvent(interactionId);
    }

    private static bool NamesAnEvent(string interactionId)
    {
        if (interactionId.Length is < 37 or > 100
            || !interactionId.StartsWith(EventPrefix, StringComparison.OrdinalIgnoreCase)
            || !interactionId.EndsWith(EventSuffix, StringComparison.OrdinalIgnoreCase)) return false;

        foreach (var letter in interactionId.AsSpan(EventPrefix.Length, interactionId.Length - EventPrefix.Length - EventSuffix.Length))
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '-') return false;

        return true;
    }
}
