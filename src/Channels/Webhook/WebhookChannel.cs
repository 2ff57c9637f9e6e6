using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nems.Core.Deliver;
using Nems.Core.Ports;
using Polly;
using Polly.Timeout;

namespace Nems.Channels.Webhook;

/// <summary>
/// One signed POST, one answer, within one deadline over name, connection, TLS, headers and body. The status line alone decides;
/// once it was seen, neither the deadline nor a shutdown changes the answer.
/// </summary>
internal sealed partial class WebhookChannel : IDeliveryChannel
{
    private readonly IEndpointSecrets secretStore;
    private readonly WebhookTargets targets;
    private readonly WebhookSigner signer;
    private readonly TimeProvider clock;
    private readonly ILogger<WebhookChannel> log;
    private readonly WebhookTransport transport;
    private readonly ResiliencePipeline deadline;

    public WebhookChannel(
        IEndpointSecrets secretStore,
        WebhookTargets targets,
        WebhookSigner signer,
        WebhookTransport transport,
        IOptions<ChannelOptions> options,
        TimeProvider clock,
        ILogger<WebhookChannel> log)
    {
        this.secretStore = secretStore;
        this.targets = targets;
        this.signer = signer;
        this.transport = transport;
        this.clock = clock;
        this.log = log;
        deadline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Value.Timeout })
            .Build();
    }

    public ChannelKind Kind => ChannelKind.Webhook;

    public async Task<Answer> SendAsync(OutgoingMessage message, CancellationToken cancel)
    {
        var target = targets.Of(message.Destination);
        if (target.Refusal is { } refusal) return refusal;

        var (secrets, fault) = await SecretsAsync(message, cancel);
        if (secrets is null) return new Answer(AttemptOutcome.OwnFault, Reason: fault);

        var at = clock.GetUtcNow();
        var id = message.Id.ToString();
        var signature = signer.Sign(id, at, message.Body.Span, secrets, message.Destination.SignAsymmetrically);
        using var request = WebhookRequest.Of(message, target, id, at, signature);
        try
        {
            return await deadline.ExecuteAsync(
                static (exchange, limit) => exchange.Channel.ExchangeAsync(exchange.Request, limit), (Channel: this, Request: request), cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (WebhookFaults.AnswerOf(failure) is { } answer)
        {
            return answer;
        }
    }

    private async ValueTask<Answer> ExchangeAsync(HttpRequestMessage request, CancellationToken limit)
    {
        using var response = await transport.SendAsync(request, limit);
        var answer = WebhookReply.AnswerOf(response, clock);
        await WebhookReply.SkipBodyAsync(response, limit);
        return answer;
    }

    private async ValueTask<(EndpointSecrets? Secrets, string Fault)> SecretsAsync(OutgoingMessage message, CancellationToken cancel)
    {
        try
        {
            var destination = message.Destination;
            return (await secretStore.ReadAsync(destination.Organisation, destination.Endpoint, cancel), WebhookReasons.NoSecret);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // The port promises an answer; which exceptions an adapter's store has, no channel can know. The text may quote the endpoint.
            LogSecretUnreadable(message.Id, fault.GetType().Name);
            return (null, WebhookReasons.SecretUnreadable);
        }
    }

    [LoggerMessage(EventId = 3101, EventName = "delivery.secret.unreadable", Level = LogLevel.Error,
        Message = "Delivery {Delivery}: the endpoint's secret could not be read ({Fault})")]
    private partial void LogSecretUnreadable(DeliveryId delivery, string fault);
}
