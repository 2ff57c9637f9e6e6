using Nems.Core.Deliver;

namespace Nems.Channels.Webhook;

/// <summary>Carries the guard's verdict out of the HTTP stack, which only knows exceptions. Never leaves the channel.</summary>
internal sealed class NotDialledException(AttemptOutcome outcome, string reason) : Exception(reason)
{
    public Answer Answer { get; } = new(outcome, Reason: reason);
}
