namespace Nems.Channels.Webhook;

/// <summary>The closed set of words in <c>Answer.Reason</c> of a webhook attempt. None says more of an inner host than that it is refused.</summary>
internal static class WebhookReasons
{
    public const string EndpointRefused = "endpoint-refused";
    public const string AddressRefused = "address-refused";
    public const string NameNotFound = "name-not-found";
    public const string Resolver = "resolver";
    public const string Connect = "connect";
    public const string OwnNetwork = "own-network";
    public const string Tls = "tls";
    public const string Timeout = "timeout";
    public const string Ended = "ended";
    public const string Protocol = "protocol";
    public const string ReplyTooLarge = "reply-too-large";
    public const string NoSecret = "no-secret";
    public const string SecretUnreadable = "secret-unreadable";
}
