using Nems.Core.Deliver;

namespace Nems.Core.Ports;

/// <summary>
/// Sends one event to one destination and reports what became of it. One attempt, within one deadline; never retries.
/// Throws only <see cref="OperationCanceledException"/>, when <c>cancel</c> was asked for: then the attempt is no outcome at all.
/// </summary>
public interface IDeliveryChannel
{
    ChannelKind Kind { get; }

    Task<Answer> SendAsync(OutgoingMessage message, CancellationToken cancel);
}
