using System.Diagnostics;
using Hl7.Fhir.Model;
using Nems.Core.Events;
using Nems.Core.Subscribe;
using Subscription = Hl7.Fhir.Model.Subscription;

namespace Nems.Core.Fhir;

/// <summary>The stored resource as an answer: in either syntax, with what the service assigned, and without any header value.</summary>
internal static class SubscriptionWriter
{
    internal static byte[] Write(StoredSubscription stored, FhirFormat format)
    {
        var subscription = (Subscription)FhirSyntax.Read(stored.Resource.Span, stored.Form.Format);
        subscription.Id = stored.Subscription.Id.ToString();
        subscription.Meta ??= new Meta();
        subscription.Meta.VersionId = stored.Subscription.VersionId;
        subscription.Meta.LastUpdated = stored.Subscription.LastUpdated;
        subscription.Status = stored.Subscription.State switch
        {
            SubscriptionState.Requested => Subscription.SubscriptionStatus.Requested,
            SubscriptionState.Active => Subscription.SubscriptionStatus.Active,
            SubscriptionState.Error => Subscription.SubscriptionStatus.Error,
            SubscriptionState.Off => Subscription.SubscriptionStatus.Off,
            _ => throw new UnreachableException(),
        };
        HideSecrets(subscription);
        return FhirSyntax.Write(subscription, format);
    }

    /// <summary>Takes out the lines that speak to this service, and hides the value of every other.</summary>
    internal static void HideSecrets(Subscription subscription)
    {
        if (subscription.Channel is null) return;
        string[] lines = [.. (subscription.Channel.Header ?? [])
            .OfType<string>().Where(line => !line.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)).Select(HeaderLines.Mask)];
        subscription.Channel.HeaderElement = [.. lines.Select(line => new FhirString(line))];
    }
}
