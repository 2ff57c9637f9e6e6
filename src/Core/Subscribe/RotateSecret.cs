using System.Security.Cryptography;
using Mediator;
using Microsoft.Extensions.Logging;
using Nems.Core.Audit;
using Nems.Core.Deliver;
using Nems.Core.Ports;

namespace Nems.Core.Subscribe;

/// <summary>Use case: an operator gives an endpoint a new signing secret, e.g. because the answer that showed the first was lost. Both sign for 24 hours.</summary>
/// <param name="Destination">Any destination with that endpoint.</param>
/// <param name="Operator">Who asks.</param>
public sealed record RotateSecret(DestinationId Destination, string Operator) : ICommand<RotateSecretResult>;

/// <summary>What became of a rotation.</summary>
public abstract record RotateSecretResult
{
    private RotateSecretResult()
    {
    }

    /// <param name="Secret">The new secret, shown this once.</param>
    public sealed record Rotated(string Secret) : RotateSecretResult
    {
        public override string ToString() => nameof(Rotated);
    }

    /// <summary>No such webhook destination.</summary>
    public sealed record NotFound : RotateSecretResult;
}

internal sealed partial class RotateSecretHandler(
    IDeliveryStore deliveries, WebhookSecrets secrets, IAuditTrail audit, TimeProvider clock, ILogger<RotateSecretHandler> log)
    : ICommandHandler<RotateSecret, RotateSecretResult>
{
    public async ValueTask<RotateSecretResult> Handle(RotateSecret command, CancellationToken cancellationToken)
    {
        if (await deliveries.FindAsync(command.Destination, cancellationToken) is not { Channel: ChannelKind.Webhook } destination)
            return new RotateSecretResult.NotFound();

        var secret = RandomNumberGenerator.GetBytes(32);
        await secrets.AdoptAsync(destination, secret, cancellationToken);
        await audit.AppendAsync(
            new AuditEntry
            {
                At = clock.GetUtcNow(),
                Action = AuditAction.SecretRotated,
                Organisation = destination.Organisation,
                Destination = destination.Id,
                Asid = command.Operator,
            },
            CancellationToken.None); // the secret is in force: the record of it must follow
        LogRotated(destination.Id, command.Operator);
        return new RotateSecretResult.Rotated("whsec_" + Convert.ToBase64String(secret));
    }

    [LoggerMessage(EventId = 5301, EventName = "secret.rotated", Level = LogLevel.Information, Message = "The signing secret of {Destination} was rotated by {Operator}")]
    private partial void LogRotated(DestinationId destination, string @operator);
}
