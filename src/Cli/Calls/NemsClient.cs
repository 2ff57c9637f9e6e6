using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Nems.Cli.Messages;
using Nems.Core.Events;

namespace Nems.Cli.Calls;

/// <summary>Calls the public HTTP faces of the service. Whatever the network does is an answer, never an exception.</summary>
internal sealed class NemsClient(Uri service, string nemsAsid, TimeProvider clock) : IDisposable
{
    private const string SubscriptionsInteraction = "urn:nhs:names:services:clinicals-sync:SubscriptionsApi";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
    });
    private readonly SpineToken tokens = new(clock);

    /// <summary>Publishes the bytes as they are, on the face of their FHIR release.</summary>
    /// <param name="idempotencyKey">Makes a repeat with the same bytes the same event; null makes each call an event.</param>
    /// <param name="token">A bearer token to use instead of one made here.</param>
    public async Task<NemsAnswer> PublishAsync(
        EventFile file, CallingSystem caller, string? idempotencyKey, string? token, CancellationToken cancel)
    {
        var address = At(file.Form.Release == FhirRelease.R4 ? "R4/$process-message" : "STU3/Events/1/$process-message");
        using var request = Request(HttpMethod.Post, address, caller, file.Type.InteractionId, SpineToken.WriteEvents, token);
        request.Content = Body(file.Bytes, file.Form.ContentType);
        request.Headers.Accept.ParseAdd(file.Form.Format == FhirFormat.Json ? "application/fhir+json" : "application/fhir+xml");
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        return await SendAsync(request, cancel);
    }

    /// <summary>Creates a subscription from the bytes of a Subscription resource.</summary>
    public async Task<NemsAnswer> SubscribeAsync(byte[] resource, FhirForm form, CallingSystem caller, string? token, CancellationToken cancel)
    {
        var address = At(form.Release == FhirRelease.R4 ? "R4/Subscription" : "STU3/Subscription");
        using var request = Request(HttpMethod.Post, address, caller, SubscriptionsInteraction + "Post", SpineToken.WriteSubscriptions, token);
        request.Content = Body(resource, form.ContentType);
        request.Headers.Accept.ParseAdd(form.Format == FhirFormat.Json ? "application/fhir+json" : "application/fhir+xml");
        return await SendAsync(request, cancel);
    }

    public async Task<NemsAnswer> UnsubscribeAsync(string id, CallingSystem caller, string? token, CancellationToken cancel)
    {
        var address = At($"STU3/Subscription/{Uri.EscapeDataString(id)}");
        using var request = Request(HttpMethod.Delete, address, caller, SubscriptionsInteraction + "Delete", SpineToken.WriteSubscriptions, token);
        return await SendAsync(request, cancel);
    }

    /// <summary>Whether <c>/health/ready</c> answers 200 now.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At("health/ready"));
        return (await SendAsync(request, cancel)).Status == 200;
    }

    /// <summary>The document of public keys with which webhooks are signed; null when the service gives none.</summary>
    public async Task<string?> WebhookKeysAsync(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At(".well-known/webhook-keys.json"));
        using var deadline = Deadline(cancel);
        try
        {
            using var response = await http.SendAsync(request, deadline.Token);
            return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStringAsync(deadline.Token) : null;
        }
        catch (Exception fault) when (IsOfTheWorld(fault, cancel))
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    private static ByteArrayContent Body(byte[] bytes, string contentType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return content;
    }

    private static bool IsOfTheWorld(Exception fault, CancellationToken cancel) =>
        fault is HttpRequestException or IOException || (fault is OperationCanceledException && !cancel.IsCancellationRequested);

    private Uri At(string path) => new($"{service.AbsoluteUri.TrimEnd('/')}/{path}");

    private HttpRequestMessage Request(HttpMethod method, Uri address, CallingSystem caller, string interaction, string scope, string? token)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("fromASID", caller.Asid);
        request.Headers.TryAddWithoutValidation("toASID", nemsAsid);
        request.Headers.TryAddWithoutValidation("InteractionID", interaction);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token ?? tokens.Create(caller, address, scope)}");
        return request;
    }

    private async Task<NemsAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var deadline = Deadline(cancel);
        try
        {
            using var response = await http.SendAsync(request, deadline.Token);
            var text = await response.Content.ReadAsStringAsync(deadline.Token);
            return new NemsAnswer
            {
                Status = (int)response.StatusCode,
                EventId = Header(response, "Nems-Event-Id"),
                Secret = Header(response, "Webhook-Secret"),
                Location = response.Headers.Location,
                Issues = OutcomeIssue.ReadAll(text),
            };
        }
        catch (Exception fault) when (IsOfTheWorld(fault, cancel))
        {
            var why = fault is HttpRequestException refused ? refused.HttpRequestError.ToString() : string.Create(CultureInfo.InvariantCulture, $"no answer within {Patience.TotalSeconds} seconds");
            return NemsAnswer.NoAnswer(new StringBuilder("The service at ").Append(service.GetLeftPart(UriPartial.Authority)).Append(" did not answer: ").Append(why).Append('.').ToString());
        }
    }

    private static CancellationTokenSource Deadline(CancellationToken cancel)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        return deadline;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
