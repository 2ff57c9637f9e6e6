using Microsoft.Extensions.Logging;
using Nems.Core.Demographics;
using Nems.Core.Ports;

namespace Nems.Core.Deliver;

/// <summary>Use case: one attempt at one delivery, when its lane says so. Checks the right to send, reads the body where memory has it no more, sends.</summary>
public sealed partial class AttemptDelivery
{
    private readonly Dictionary<ChannelKind, IDeliveryChannel> channels;
    private readonly IEventStore events;
    private readonly SendingRights rights;
    private readonly FlagCheck flags;
    private readonly ICheckpoints checkpoints;
    private readonly ILogger<AttemptDelivery> log;

    internal AttemptDelivery(
        IEnumerable<IDeliveryChannel> channels, IEventStore events, SendingRights rights, FlagCheck flags, ICheckpoints checkpoints, ILogger<AttemptDelivery> log)
    {
        this.channels = channels.ToDictionary(channel => channel.Kind);
        this.events = events;
        this.rights = rights;
        this.flags = flags;
        this.checkpoints = checkpoints;
        this.log = log;
    }

    /// <summary>Whether a channel for this kind is part of the deployment; deliveries of other kinds wait in the store.</summary>
    public bool CanSend(ChannelKind kind) => channels.ContainsKey(kind);

    /// <summary>
    /// What the channel reported, or null when the delivery is to be withheld. A fault of our own (the store cannot be read) is an
    /// answer too and uses up no attempt. Throws only when <paramref name="cancel"/> was asked for.
    /// </summary>
    public async Task<Answer?> SendAsync(Destination destination, OpenDelivery delivery, CancellationToken cancel)
    {
        try
        {
            var standing = await rights.JudgeAsync(destination, delivery, cancel);
            if (standing.Count == 0) return Withhold(delivery, "no-right");
            delivery.Subscriptions = standing;

            var body = delivery.Body?.Bytes ?? await events.ReadBodyAsync(delivery.Place, cancel);
            if (flags.MustAsk(delivery))
            {
                switch (await flags.AskAsync(delivery, body, cancel))
                {
                    case FlagState.Flagged: return Withhold(delivery, "flagged");
                    case FlagState.Unknown: return new Answer(AttemptOutcome.OwnFault, Reason: "demographics");
                    case FlagState.MayFlow: break;
                }
            }

            var message = new OutgoingMessage(
                delivery.Id, destination, delivery.Type, body, delivery.Form.ContentType, delivery.Number,
                SubscriptionList.All(standing), delivery.IsOvertaken, IsReplay: false);
            var answer = await channels[destination.Channel].SendAsync(message, cancel);
            checkpoints.Reached("attempt.sent");
            return answer;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault)
        {
            // The last line of the worker loop: nothing unknown may lose a delivery. The type alone is logged; texts may quote data.
            LogFault(delivery.Id, fault.GetType().Name);
            return new Answer(AttemptOutcome.OwnFault, Reason: "own-fault");
        }
    }

    private static Answer? Withhold(OpenDelivery delivery, string reason)
    {
        delivery.WithheldBecause = reason;
        return null;
    }

    [LoggerMessage(EventId = 3009, EventName = "delivery.fault", Level = LogLevel.Error,
        Message = "Delivery {Delivery} could not be attempted: {Fault}. It will be tried again")]
    private partial void LogFault(DeliveryId delivery, string fault);
}
