using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Journey.Tests.Http;

/// <summary>Event types that leave service (NEMS specification 3.8, 3.9, 4.6).</summary>
public sealed class LifeCycleTableTests(LifeCycleTableTests.Leaving service) : IClassFixture<LifeCycleTableTests.Leaving>
{
    public sealed class Leaving : ServiceFixture
    {
        protected override IEnumerable<string> Settings =>
        [
            "Nems:Events:LifeCycle:newborn-hearing-1:DeprecatedFrom=2020-02-01",
            "Nems:Events:LifeCycle:newborn-hearing-1:MoreUrl=https://nems.example/changes",
            "Nems:Events:LifeCycle:nipe-outcome-1:NoLongerSupportedFrom=2020-03-02",
            "Nems:Events:LifeCycle:vaccinations-1:WithdrawnFrom=2020-04-03",
            "Nems:Events:LifeCycle:professional-contacts-1:DeprecatedFrom=2999-01-01",
        ];
    }

    [Theory]
    [InlineData("newborn-hearing-1.new.xml", "DEPRECATED", "01/02/2020")]
    [InlineData("newborn-hearing-1.new.r4.json", "DEPRECATED", "01/02/2020")]
    [InlineData("nipe-outcome-1.new.xml", "NO_LONGER_SUPPORTED", "02/03/2020")]
    public async Task A_type_on_its_way_out_is_a_202_with_a_warning(string sample, string code, string date)
    {
        var answer = await ACall.Publish(Message.Sample(sample)).SendAsync(service.Address);

        Assert.True(answer.Status == 202, answer.ToString());
        var issue = answer.Issues().Single();
        Assert.Equal(("information", "informational"), (issue.Severity, issue.Type));
        Assert.Equal(code, issue.Code);
        Assert.Contains(date, issue.Diagnostics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_withdrawn_type_is_a_400()
    {
        var answer = await ACall.Publish(Message.Sample("vaccinations-1.given.xml")).SendAsync(service.Address);

        Assert.Equal((400, "WITHDRAWN"), (answer.Status, answer.Codes().Single()));
        Assert.Equal(("error", "invalid"), (answer.Issues()[0].Severity, answer.Issues()[0].Type));
    }

    [Fact]
    public async Task A_type_that_is_deprecated_in_another_age_is_active()
    {
        var answer = await ACall.Publish(Message.Sample("professional-contacts-1.new.xml")).SendAsync(service.Address);

        Assert.Equal((202, 0), (answer.Status, answer.Body.Length));
    }

    [Fact]
    public async Task A_subscription_to_a_deprecated_type_is_a_201_with_a_warning()
    {
        var answer = await ACall.Create(Xml("newborn-hearing-1")).SendAsync(service.Address);

        Assert.True(answer.Status == 201, answer.ToString());
        Assert.Equal("DEPRECATED", answer.Codes().Single());
        Assert.NotNull(answer.Header("Location"));
    }

    [Theory]
    [InlineData("nipe-outcome-1", "NO_LONGER_SUPPORTED")]
    [InlineData("vaccinations-1", "WITHDRAWN")]
    public async Task A_subscription_to_a_type_out_of_service_is_a_422_that_names_every_affected_type(string type, string code)
    {
        var answer = await ACall.Create(Xml("newborn-hearing-1", type, "pds-death-notification-1")).SendAsync(service.Address);

        Assert.Equal(422, answer.Status);
        Assert.Equal([code, "DEPRECATED"], answer.Codes().OrderDescending(StringComparer.Ordinal));
        var issue = answer.Issues().Single(one => one.Code == code);
        Assert.Equal(("fatal", "not-supported"), (issue.Severity, issue.Type));
    }

    private static string Xml(params string[] types) => NemsClient.SubscriptionXml(
        $"/Bundle?type=message&Patient.identifier={NhsNumber.System}|{Patients.Alex}{string.Concat(types.Select(type => $"&MessageHeader.event={type}"))}",
        "T8T9T", "rest-hook", "https://hooks.example.nhs.uk/in");
}
