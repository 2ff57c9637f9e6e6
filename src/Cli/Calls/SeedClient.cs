using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nems.Cli.Calls;

/// <summary>What a seed stored, or why it did not.</summary>
internal sealed record SeedAnswer(int Explicit, int Generic, int Rules, string? Fault)
{
    public static SeedAnswer Failed(string fault) => new(0, 0, 0, fault);
}

/// <summary>Asks the service to fill its store, and follows how far it has come: however long that takes.</summary>
internal sealed class SeedClient(Uri service, string operatorKey) : IDisposable
{
    /// <summary>The operator of the sample registry.</summary>
    public const string DevelopmentKey = "development-operator-key";

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) });

    /// <param name="wanted">Members of the request: <c>subscriptions</c>, <c>rules</c> and so on.</param>
    /// <param name="progress">Told how many are stored so far, and the word for it.</param>
    /// <param name="cancel">Ends it; what is stored stays.</param>
    public async Task<SeedAnswer> SeedAsync(JsonObject wanted, Action<long, string> progress, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service, "/ops/seed"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
        request.Content = new StringContent(wanted.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request, cancel);
            switch ((int)response.StatusCode)
            {
                case 200 or 400: break;
                case 401: return SeedAnswer.Failed("The operator key was refused.");
                case 404: return SeedAnswer.Failed("The service does not seed: it does so in Development alone.");
                case var status: return SeedAnswer.Failed($"The service answered HTTP {status}.");
            }

            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
            return await ReadAsync(lines, progress, cancel);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException)
        {
            return SeedAnswer.Failed($"The service at {service.GetLeftPart(UriPartial.Authority)} did not answer to the end.");
        }
    }

    public void Dispose() => http.Dispose();

    private static async Task<SeedAnswer> ReadAsync(StreamReader lines, Action<long, string> progress, CancellationToken cancel)
    {
        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            var said = JsonNode.Parse(line)!; // a line of this service is an object
            if ((string?)said["error"] is { } error) return SeedAnswer.Failed(error);
            if ((int?)said["stored"] is { } stored) progress(stored, $"{stored} stored");
            if ((bool?)said["done"] == true) return new SeedAnswer((int)said["explicit"]!, (int)said["generic"]!, (int)said["rules"]!, null); // the last line has them
        }

        return SeedAnswer.Failed("The service stopped before it was done.");
    }
}
