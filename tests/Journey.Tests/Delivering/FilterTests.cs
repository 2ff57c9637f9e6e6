using System.Text;
using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Journey.Tests.Delivering;

/// <summary>Which events a subscription's filters let through, from the post to the request at the endpoint.</summary>
public sealed class FilterTests
{
    // The sample's change happened on 18 June 2026.
    [Theory]
    [InlineData("lt14", "2012-06-18", false)]
    [InlineData("lt14", "2012-06-19", true)]
    [InlineData("gt14", "2012-06-18", false)]
    [InlineData("gt14", "2011-06-19", false)]
    [InlineData("gt14", "2011-06-18", true)]
    [InlineData("14", "2012-06-18", true)]
    [InlineData("14", "2011-06-19", true)]
    [InlineData("14", "2011-06-18", false)]
    [InlineData("14", "2012-06-19", false)]
    public async Task Age_is_in_whole_years_on_the_day_of_the_event(string age, string born, bool isWanted)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        await SubscribeAsync(nems, subscriber, $"&Patient.age={age}");

        await nems.Client.PublishAsync(Born(Message.ChangeOfAddress, born).About(Patients.Jo));

        await DeliversAsync(nems, subscriber, isWanted);
    }

    [Theory]
    [InlineData("&GPRegistration=RegisteredOnly", "pds-change-of-gp-1.with-previous.xml", true)]
    [InlineData("&GPRegistration=RegisteredOnly", "pds-change-of-gp-1.deregistration.xml", false)]
    [InlineData("&GPRegistration=UnregisteredOnly", "pds-change-of-gp-1.with-previous.xml", false)]
    [InlineData("&GPRegistration=UnregisteredOnly", "pds-change-of-gp-1.deregistration.xml", true)]
    [InlineData("", "pds-change-of-gp-1.deregistration.xml", true)]
    public async Task Registration_is_what_the_message_says(string filter, string sample, bool isWanted)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        await SubscribeAsync(nems, subscriber, filter);

        await nems.Client.PublishAsync(Message.Sample(sample).About(Patients.Jo));

        await DeliversAsync(nems, subscriber, isWanted);
    }

    [Fact]
    public async Task A_subscription_whose_end_has_passed_gets_nothing_more()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber], Given.Clock());
        var criteria = $"/Bundle?type=message&Patient.identifier={NhsNumber.System}|{Patients.Sam}&MessageHeader.event=newborn-hearing-1";
        var xml = NemsClient.SubscriptionXml(criteria, "T8T9T", "rest-hook", subscriber.Url("ending"))
            .Replace("<reason", "<end value=\"2026-11-02T10:00:00+00:00\"/><reason", StringComparison.Ordinal);
        var ending = await nems.DestinationOfAsync((await nems.Client.CreateAsync(xml)).Id);
        var staying = await nems.DestinationOfAsync((await nems.Client.SubscribeAsync(Patients.Sam, subscriber.Url("staying"))).Id);

        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Sam));
        await nems.FinishedAsync(ending, 1);
        await nems.FinishedAsync(staying, 1);
        nems.Clock!.Advance(TimeSpan.FromHours(1));
        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Sam).Numbered(1));

        await nems.FinishedAsync(staying, 2);
        Assert.Single(await nems.Deliveries.ListAsync(ending, 0, 10, TestContext.Current.CancellationToken));
        Assert.Single(subscriber.Begun, request => request.Path == "/ending");
    }

    [Fact]
    public async Task A_subscription_made_after_the_event_does_not_get_it()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());

        await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));

        var request = (await subscriber.ReceivesAsync(1))[0];
        Assert.Equal((1L, "pds-death-notification-1"), (request.Sequence, request.Headers["Nems-Event-Type"]));
    }

    [Theory]
    [InlineData("B86056", true)]
    [InlineData("b86056", true)]
    [InlineData("B86057", false)]
    public async Task The_practice_rule_matches_the_practice_in_the_message(string practice, bool isWanted)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        await nems.Client.SubscribeByRuleAsync("GP_GP_GP", practice, EventType.ChangeOfAddress, subscriber.Url());

        await nems.Client.PublishAsync(Message.ChangeOfAddress.About(Patients.Jo));

        await DeliversAsync(nems, subscriber, isWanted);
    }

    /// <summary>To Jo's events, with a filter.</summary>
    private static async Task SubscribeAsync(NemsUnderTest nems, FakeSubscriber subscriber, string filter)
    {
        var events = string.Concat(EventType.All.Select(type => $"&MessageHeader.event={type.Code}"));
        var criteria = $"/Bundle?type=message&Patient.identifier={NhsNumber.System}|{Patients.Jo}{events}{filter}";
        await nems.Client.CreateAsync(NemsClient.SubscriptionXml(criteria, "T8T9T", "rest-hook", subscriber.Url()));
    }

    private static async Task DeliversAsync(NemsUnderTest nems, FakeSubscriber subscriber, bool isWanted)
    {
        // Deliveries are numbered with the acceptance: the next event's number tells whether there was one before.
        await nems.Client.SubscribeAsync(Patients.Sam, subscriber.Url());
        await nems.Client.PublishAsync(Message.Death.About(Patients.Sam));
        var seen = await subscriber.UntilAsync(seen => seen.Any(request => request.Headers["Nems-Event-Type"] == "pds-death-notification-1"));
        Assert.Equal(isWanted ? 2 : 1, seen.Single(request => request.Headers["Nems-Event-Type"] == "pds-death-notification-1").Sequence);
        if (isWanted) await subscriber.ReceivesAsync(2);
    }

    private static Message Born(Message message, string born) => message with
    {
        Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(message.Body).Replace("1994-07-21", born, StringComparison.Ordinal)),
    };
}
