using Nems.Core.Deliver;
using Nems.Core.Tests.Subscribe;

namespace Nems.Core.Tests.Deliver;

public sealed class DestinationIdentityTests
{
    private static readonly DestinationIdentity Identity = new(SubscribeFixture.Hash);

    [Fact]
    public void The_order_of_header_lines_and_the_case_of_the_organisation_do_not_matter() =>
        Assert.Equal(
            Identity.Webhook("RR8", "https://h/", "", ["A: 1", "B: 2"], false).Id,
            Identity.Webhook("rr8", "https://h/", "", ["B: 2", "A: 1", "A: 1"], false).Id);

    [Fact]
    public void The_case_of_a_mailbox_does_not_matter() => Assert.Equal(Identity.Mailbox("RR8", "RR8OT001").Id, Identity.Mailbox("RR8", "rr8ot001").Id);

    [Fact]
    public void Whatever_differs_gives_another_identity()
    {
        Destination[] destinations =
        [
            Identity.Webhook("RR8", "https://h/", "", [], false),
            Identity.Webhook("RR9", "https://h/", "", [], false),
            Identity.Webhook("RR8", "https://h/x", "", [], false),
            Identity.Webhook("RR8", "https://h/", "application/fhir+json; fhirVersion=4.0", [], false),
            Identity.Webhook("RR8", "https://h/", "", [], true),
            Identity.Webhook("RR8", "https://h/", "", ["A: 1"], false),
            Identity.Webhook("RR8", "https://h/", "", ["A: 1", "B: 2"], false),
            Identity.Webhook("RR8", "https://h/", "", ["A: 14:B: 2"], false),
            Identity.Mailbox("RR8", "https://h/"),
        ];

        Assert.Equal(destinations.Length, destinations.Select(destination => destination.Id).Distinct().Count());
    }
}
