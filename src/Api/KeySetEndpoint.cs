using Nems.Channels.Webhook;

namespace Nems.Api;

/// <summary>The public keys of <c>v1a</c> signatures.</summary>
internal static class KeySetEndpoint
{
    public static void MapKeySet(this IEndpointRouteBuilder app)
    {
        var document = app.ServiceProvider.GetRequiredService<WebhookKeySet>();
        app.MapGet("/.well-known/webhook-keys.json", (RequestDelegate)(context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.CacheControl = "public, max-age=300";
            return context.Response.Body.WriteAsync(document.Document, context.RequestAborted).AsTask();
        }));
    }
}
