using Nems.Cli.Calls;
using Nems.Cli.Messages;
using Nems.Cli.Subscriptions;
using Nems.Core.Events;

namespace Nems.Cli.Demonstration;

/// <summary>What the demonstration subscribes to and publishes. The people are those of the samples.</summary>
internal static class Script
{
    public const int ReceiverPort = 18777;

    /// <summary>One message of each type; one of them in R4, and a birth that only a rule can match.</summary>
    public static readonly IReadOnlyList<string> Samples =
    [
        "pds-birth-notification-1.without-mother", "blood-spot-test-outcome-1.new", "newborn-hearing-1.new.r4.json", "nipe-outcome-1.new",
        "vaccinations-1.given", "professional-contacts-1.new", "pds-change-of-address-1.new", "pds-change-of-gp-1.with-previous",
        "pds-record-change-1.new", "pds-death-notification-1.formal",
    ];

    private static readonly string[] Patients = ["9990000026", "9990000042", "9990000069"];

    /// <summary>An explicit subscription for each patient to all types, and a generic one to births by practice.</summary>
    public static IReadOnlyList<SubscriptionRequest> Subscriptions(Uri endpoint)
    {
        var explicitly = Patients.Select(patient => new SubscriptionRequest
        {
            Organisation = CallingSystem.SampleSubscriber.Organisation,
            Endpoint = endpoint.AbsoluteUri,
            NhsNumber = patient,
            Events = [.. EventType.All.Select(type => type.Code)],
            Tag = "demo",
            Reason = "Demonstration: a patient of the child health service",
        });
        var byRule = new SubscriptionRequest
        {
            Organisation = CallingSystem.SampleSubscriber.Organisation,
            Endpoint = endpoint.AbsoluteUri,
            Rule = "GP_GP_GP",
            Code = "B86056",
            Events = [EventType.Birth.Code],
            Tag = "demo-births",
            Reason = "Demonstration: births registered with a practice",
        };
        return [.. explicitly, byRule];
    }

    /// <summary>The publisher of the sample registry that may publish this type.</summary>
    public static CallingSystem PublisherOf(EventFile message) => message.Type.IsPds ? CallingSystem.SamplePds : CallingSystem.SampleSupplier;
}
