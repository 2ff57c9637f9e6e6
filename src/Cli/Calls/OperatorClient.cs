using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nems.Cli.Calls;

/// <summary>Calls the operators' faces of the service, with an operator's key. Whatever the network does is an answer, never an exception.</summary>
internal sealed class OperatorClient(Uri service, string key) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
    });

    /// <summary>Sends a file and waits until the service has imported or refused it, however long that takes.</summary>
    public Task<(JsonObject? Answer, string Fault)> ImportReferenceAsync(string kind, Stream content, string onBadRow, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, At($"ops/reference/{kind}?onBadRow={onBadRow}")) { Content = new StreamContent(content, 128 * 1024) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");

        // Asked first: a refusal for the key or the length comes before the file is sent.
        request.Headers.ExpectContinue = true;
        return SendAsync(request, cancel, cancel);
    }

    public async Task<(JsonObject? Answer, string Fault)> ReferenceStatusAsync(CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        return await SendAsync(new HttpRequestMessage(HttpMethod.Get, At("ops/reference")), deadline.Token, cancel);
    }

    public void Dispose() => http.Dispose();

    private Uri At(string path) => new($"{service.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>The JSON that was answered, a refusal of the file too; or null and why there is none.</summary>
    private async Task<(JsonObject? Answer, string Fault)> SendAsync(HttpRequestMessage request, CancellationToken within, CancellationToken cancel)
    {
        using var sent = request;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using var response = await http.SendAsync(request, within);
            var text = await response.Content.ReadAsStringAsync(within);
            var answer = Parsed(text);
            if (answer is not null && (response.IsSuccessStatusCode || answer["fault"] is not null)) return (answer, string.Empty);
            return (null, (string?)answer?["error"] ?? string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}"));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException || (fault is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return (null, $"The service at {service.GetLeftPart(UriPartial.Authority)} did not answer: {(fault is HttpRequestException refused ? refused.HttpRequestError.ToString() : "the connection ended")}.");
        }
    }

    private static JsonObject? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
