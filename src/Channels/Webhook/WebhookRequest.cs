using System.Globalization;
using System.Net;
using Nems.Core.Deliver;

namespace Nems.Channels.Webhook;

/// <summary>Writes the one POST of an attempt: our headers, the destination's own lines, the accepted bytes.</summary>
internal static class WebhookRequest
{
    public static HttpRequestMessage Of(OutgoingMessage message, WebhookTarget target, string id, DateTimeOffset at, string signature)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, target.Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new ReadOnlyMemoryContent(message.Body),
        };
        var content = request.Content.Headers;
        content.TryAddWithoutValidation("Content-Type", message.ContentType);

        var headers = request.Headers;
        headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        headers.TryAddWithoutValidation("webhook-id", id);
        headers.TryAddWithoutValidation("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        headers.TryAddWithoutValidation("webhook-signature", signature);
        headers.TryAddWithoutValidation("Nems-Event-Id", message.Id.Event.ToString());
        headers.TryAddWithoutValidation("Nems-Event-Type", message.Type.Code);
        headers.TryAddWithoutValidation("Nems-Sequence", message.Number.ToString(CultureInfo.InvariantCulture));
        if (message.Subscriptions.Length > 0) headers.TryAddWithoutValidation("Nems-Subscriptions", message.Subscriptions);
        if (message.IsOvertaken) headers.TryAddWithoutValidation("Nems-Overtaken", "true");
        if (message.IsReplay) headers.TryAddWithoutValidation("Nems-Replay", "true");

        foreach (var (name, value) in target.Lines)
        {
            // False for what belongs to the content, such as Content-Language.
            if (!headers.TryAddWithoutValidation(name, value)) content.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
