using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nems.Cli.Calls;

/// <summary>What the service said to a table.</summary>
/// <param name="Body">Null when it said nothing in JSON.</param>
/// <param name="Fault">Empty when it took the table.</param>
internal sealed record UploadAnswer(JsonObject? Body, string Fault);

/// <summary>Sends a table of demographics, however long that takes. Whatever the network does is an answer, never an exception.</summary>
internal sealed class DemographicsUpload(Uri service) : IDisposable
{
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
    });

    public async Task<UploadAnswer> SendAsync(FileInfo file, string key, CancellationToken cancel)
    {
        try
        {
            await using var table = file.OpenRead();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{service.AbsoluteUri.TrimEnd('/')}/ops/demographics"));
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
            request.Content = new StreamContent(table);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
            using var response = await http.SendAsync(request, cancel);
            return AnswerOf((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancel));
        }
        catch (HttpRequestException refused)
        {
            return new UploadAnswer(null, $"The service at {service.GetLeftPart(UriPartial.Authority)} did not answer: {refused.HttpRequestError}.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new UploadAnswer(null, $"{file.Name} could not be read and sent.");
        }
    }

    public void Dispose() => http.Dispose();

    private static UploadAnswer AnswerOf(int status, string text)
    {
        try
        {
            if (JsonNode.Parse(text) is JsonObject body)
                return new UploadAnswer(body, status == 200 ? "" : (string?)body["error"] ?? Words(status));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The status must do.
        }

        return new UploadAnswer(null, Words(status));
    }

    private static string Words(int status) => string.Create(CultureInfo.InvariantCulture, $"The service answered {status}.");
}
