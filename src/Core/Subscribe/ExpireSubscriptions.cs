using Mediator;
using Microsoft.Extensions.Logging;
using Nems.Core.Ports;

namespace Nems.Core.Subscribe;

/// <summary>
/// Use case: turns off what has ended, a bounded number at a time so that other writes come between. Matching asks the end itself and
/// does not wait for this; safe to stop anywhere and to repeat. Gives how many were turned off.
/// </summary>
public sealed record ExpireSubscriptions : ICommand<int>;

internal sealed partial class ExpireSubscriptionsHandler(ISubscriptionStore store, TimeProvider clock, ILogger<ExpireSubscriptionsHandler> log)
    : ICommandHandler<ExpireSubscriptions, int>
{
    internal const int BatchSize = 500;

    public async ValueTask<int> Handle(ExpireSubscriptions command, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var total = 0;
        int expired;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            expired = await store.ExpireAsync(now, BatchSize, cancellationToken);
            total += expired;
        }
        while (expired == BatchSize);

        if (total > 0) LogExpired(total);
        return total;
    }

    [LoggerMessage(EventId = 4006, EventName = "subscriptions.expired", Level = LogLevel.Information, Message = "{Count} subscriptions reached their end and are off")]
    private partial void LogExpired(int count);
}
