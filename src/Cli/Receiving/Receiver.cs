using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Nems.Cli.Messages;

namespace Nems.Cli.Receiving;

/// <summary>
/// A webhook receiver on the loopback address. It answers every POST with the chosen status, or 401 to a signature that does not
/// hold, and reports each one to <c>arrived</c> before it answers.
/// </summary>
internal sealed class Receiver : IAsyncDisposable
{
    private const int LargestBody = 4 * 1024 * 1024;

    private readonly WebApplication application;
    private readonly Lock gate = new();
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly Func<WebhookVerifier> verifier;
    private readonly int status;
    private readonly Action<Arrival> arrived;
    private int count;

    private Receiver(WebApplication application, TimeProvider clock, Func<WebhookVerifier> verifier, int status, Action<Arrival> arrived)
    {
        this.application = application;
        this.clock = clock;
        this.verifier = verifier;
        this.status = status;
        this.arrived = arrived;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    /// <summary>Starts listening; null when the port is taken.</summary>
    /// <param name="port">0 takes any free one.</param>
    /// <param name="verifier">Asked for each webhook, since a secret may become known later.</param>
    public static async Task<Receiver?> StartAsync(
        int port, TimeProvider clock, Func<WebhookVerifier> verifier, int status, Action<Arrival> arrived, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = LargestBody;
            options.Listen(IPAddress.Loopback, port);
        });
        var receiver = new Receiver(builder.Build(), clock, verifier, status, arrived);
        receiver.application.Run(receiver.ReceiveAsync);
        try
        {
            await receiver.application.StartAsync(cancel);
            return receiver;
        }
        catch (IOException fault) when (fault.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException or SocketException)
        {
            await receiver.DisposeAsync();
            return null;
        }
    }

    /// <summary>Lets what is being answered finish, for a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
        await application.StopAsync(patience.Token);
        await application.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var arrival = Describe(context.Request, buffer.ToArray());
        context.Response.StatusCode = arrival.Answered;
    }

    private Arrival Describe(HttpRequest request, byte[] body)
    {
        var id = Header(request, "webhook-id");
        var check = verifier().Check(id, Header(request, "webhook-timestamp"), Header(request, "webhook-signature"), body);
        lock (gate)
        {
            var arrival = new Arrival
            {
                Number = ++count,
                WebhookId = id,
                Sequence = Header(request, "Nems-Sequence"),
                Subscriptions = Header(request, "Nems-Subscriptions"),
                ContentType = request.ContentType,
                Type = EventFile.TryRead("webhook", body, out var file, out _) ? file?.Type : null,
                Signature = check,
                IsRepeat = id is not null && !seen.Add(id),
                IsOvertaken = Header(request, "Nems-Overtaken") == "true",
                IsReplay = Header(request, "Nems-Replay") == "true",
                Body = body,
                Answered = check is SignatureCheck.Verified or SignatureCheck.Unchecked ? status : StatusCodes.Status401Unauthorized,
                At = clock.GetUtcNow(),
            };
            arrived(arrival);
            return arrival;
        }
    }

    private static string? Header(HttpRequest request, string name) => request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;
}
