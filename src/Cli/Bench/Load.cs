using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Nems.Cli.Calls;
using Nems.Cli.Messages;
using Nems.Core.Events;

namespace Nems.Cli.Bench;

/// <summary>
/// The generator of the bench: posts bodies of all ten event types about many patients over a fixed number of connections,
/// either as fast as answers come (closed loop) or at a rate, each at its due time (open loop).
/// </summary>
internal sealed class Load : IDisposable
{
    private readonly HttpMessageInvoker http;
    private readonly (EventType Type, byte[] Body)[] bodies;
    private readonly Uri address;
    private readonly string token;
    private readonly string pdsToken;
    private readonly int connections;

    /// <param name="service">Whom to post to.</param>
    /// <param name="isFloor">Whether it is the bare server.</param>
    /// <param name="patients">Whom the events are about, in turn.</param>
    /// <param name="samples">What is published about each.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="clock">For the tokens.</param>
    public Load(Uri service, bool isFloor, IReadOnlyList<string> patients, IReadOnlyList<string> samples, int connections, TimeProvider clock)
    {
        this.connections = connections;
        address = new Uri(service, isFloor ? "/" : "/STU3/Events/1/$process-message");
        http = new HttpMessageInvoker(new SocketsHttpHandler { MaxConnectionsPerServer = connections, AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
        var tokens = new SpineToken(clock);
        token = tokens.Create(CallingSystem.SampleSupplier, service, SpineToken.WriteEvents);
        pdsToken = tokens.Create(CallingSystem.SamplePds, service, SpineToken.WriteEvents);
        bodies = [.. patients.SelectMany(patient => BodiesAbout(patient, samples))];
    }

    /// <summary>The mean length of the bodies, in bytes.</summary>
    public double MeanBody => bodies.Average(body => body.Body.Length);

    /// <summary>What was accepted, and when it was due or posted; refusals are counted.</summary>
    public ConcurrentDictionary<Guid, long> Accepted { get; } = new();

    public int Refused { get; private set; }

    /// <param name="count">How many.</param>
    /// <param name="perSecond">The rate of an open loop; null is a closed loop.</param>
    /// <param name="cancel">Ends it early.</param>
    public async Task RunAsync(int count, double? perSecond, CancellationToken cancel)
    {
        Accepted.Clear();
        var next = -1;
        var refused = 0;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(PostAsync, cancel)));
        Refused = refused;

        async Task PostAsync()
        {
            while (Interlocked.Increment(ref next) is var index && index < count)
            {
                var due = perSecond is { } rate ? start + (long)(index / rate * Stopwatch.Frequency) : Stopwatch.GetTimestamp();
                if (perSecond is not null && Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { TotalMilliseconds: > 0.5 } wait)
                    await Task.Delay(wait, TimeProvider.System, cancel);
                if (await SendAsync(bodies[index % bodies.Length], cancel) is { } id) Accepted[id] = due;
                else Interlocked.Increment(ref refused);
            }
        }
    }

    public void Dispose() => http.Dispose();

    private static IEnumerable<(EventType Type, byte[] Body)> BodiesAbout(string patient, IReadOnlyList<string> samples) => samples.Select(name =>
    {
        var sample = Sample.Open(name.Replace("without-mother", "with-mother", StringComparison.Ordinal).Replace(".r4.json", "", StringComparison.Ordinal));
        var text = Encoding.UTF8.GetString(sample.Bytes);
        var number = text.IndexOf($"<system value=\"{NhsNumber.System}\"/>", StringComparison.Ordinal);
        var value = text.IndexOf("value=\"", text.IndexOf("<value", number, StringComparison.Ordinal), StringComparison.Ordinal) + 7;
        return (sample.Type, Encoding.UTF8.GetBytes(text.Replace(text.Substring(value, 10), patient, StringComparison.Ordinal)));
    });

    private async Task<Guid?> SendAsync((EventType Type, byte[] Body) message, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        var asid = message.Type.IsPds ? CallingSystem.SamplePds.Asid : CallingSystem.SampleSupplier.Asid;
        request.Headers.TryAddWithoutValidation("fromASID", asid);
        request.Headers.TryAddWithoutValidation("toASID", CallingSystem.SampleNemsAsid);
        request.Headers.TryAddWithoutValidation("InteractionID", message.Type.InteractionId);
        request.Headers.TryAddWithoutValidation("Authorization", message.Type.IsPds ? $"Bearer {pdsToken}" : $"Bearer {token}");
        request.Content = new ByteArrayContent(message.Body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+xml");
        using var response = await http.SendAsync(request, cancel);
        if ((int)response.StatusCode != 202) return null;
        return response.Headers.TryGetValues("Nems-Event-Id", out var ids) && Guid.TryParse(ids.First(), out var id) ? id : Guid.NewGuid();
    }
}
