using Nems.Testing;

namespace Nems.Journey.Tests.Matching;

/// <summary>Rows of the rules from the post to the request at the endpoint, each with the answer written down.</summary>
public sealed class RuleRowTests
{
    // sample | the source: none, no-record, or postcode and practice of the record | rule, code and filters | wanted
    private const string Table =
        """
        pds-change-of-address-1.new.xml             | none            | UHV_POSTCODE_LACODE W06000003                                | yes
        pds-change-of-address-1.new.xml             | none            | UHV_POSTCODE_LACODE e09000001                                | yes
        pds-change-of-address-1.new.xml             | ZZ992AA A99999  | CHO_POSTCODE_CCG S9                                          | no
        pds-change-of-address-1.new.xml             | ZZ992AA A99999  | COUNTRYCODE E92000001                                        | yes
        pds-change-of-address-1.new.xml             | ZZ992AA A99999  | GP_GP_GP A99999                                              | yes
        pds-change-of-address-1.new.r4.json         | no-record       | CHO_GP_CCG Q1                                                | yes
        pds-change-of-gp-1.with-previous.xml        | ZZ992AA B86099  | GP_GP_GP B86056                                              | yes
        pds-change-of-gp-1.with-previous.xml        | ZZ992AA B86099  | GP_GP_GP B86099                                              | no
        pds-change-of-gp-1.with-previous.xml        | ZZ992AA B86099  | CHO_POSTCODE_CCG S9                                          | yes
        pds-change-of-gp-1.deregistration.xml       | none            | CHO_GP_CCG Q1                                                | no
        pds-change-of-gp-1.deregistration.xml       | ZZ992AA B86056  | COUNTRYCODE S92000003 &GPRegistration=UnregisteredOnly       | yes
        pds-change-of-gp-1.first-registration.xml   | none            | GP_GP_GP B86056 &GPRegistration=RegisteredOnly               | yes
        pds-birth-notification-1.with-mother.xml    | none            | UHV_POSTCODE_LACODE E09000001 &Patient.age=gt30              | yes
        pds-birth-notification-1.with-mother.xml    | none            | UHV_POSTCODE_LACODE E09000001 &Patient.age=lt1               | no
        pds-birth-notification-1.without-mother.xml | no-record       | GP_GP_GP B86056                                              | yes
        pds-birth-notification-1.without-mother.xml | no-record       | GP_GP_GP B86056 &Patient.age=lt99                            | no
        pds-death-notification-1.formal.xml         | ZZ992AA -       | GP_GP_GP B86056                                              | no
        pds-death-notification-1.formal.xml         | ZZ992AA -       | COUNTRYCODE S92000003 &GPRegistration=UnregisteredOnly       | yes
        pds-death-notification-1.formal.xml         | no-record       | UHV_POSTCODE_LACODE E09000002 &Patient.age=gt76&Patient.age=lt78 | yes
        newborn-hearing-1.delete.xml                | ZZ992AA A99999  | CHO_GP_CCG Q9 &Patient.age=0                                 | yes
        blood-spot-test-outcome-1.delete.xml        | ZZ992AA A99999  | CHO_GP_CCG Q9                                                | yes
        blood-spot-test-outcome-1.delete.xml        | ZZ992AA A99999  | CHO_GP_CCG Q9 &Patient.age=lt5                               | no
        pds-record-change-1.superseded.xml          | ZZ992AA B86099  | GP_GP_GP B86099                                              | yes
        vaccinations-1.given.xml                    | none            | COUNTRYCODE E92000001 &GPRegistration=RegisteredOnly         | yes
        """;

    private static readonly string[] Numbers = ["9990000026", "9990000042", "9990000069", "9990000077"];

    public static IEnumerable<TheoryDataRow<string>> Rows => Table.Split('\n').Select(row => new TheoryDataRow<string>(string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_rule_brings_the_event_as_written(string row)
    {
        var cells = row.Split(" | ");
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await Sourced.StartAsync(subscriber, Source(cells[1]));
        var message = Message.Sample(cells[0]);
        var rule = cells[2].Split(' ');
        var (id, _) = await nems.Client.SubscribeByRuleAsync(rule[0], rule[1], message.Type, subscriber.Url(), more: rule.Length > 2 ? rule[2] : "");
        var destination = await nems.DestinationOfAsync(id);

        await nems.Client.PublishAsync(message);

        // Matched when it was accepted: its deliveries are there with the 202.
        var deliveries = await nems.Deliveries.ListAsync(destination, 0, 10, TestContext.Current.CancellationToken);
        Assert.Equal(cells[3] == "yes" ? 1 : 0, deliveries.Count);
        if (cells[3] == "yes") Assert.Equal(message.Body, (await subscriber.ReceivesAsync(1)).Single().Body);
    }

    private static FakeDemographics? Source(string cell)
    {
        if (cell == "none") return null;
        var source = new FakeDemographics(TimeProvider.System);
        if (cell == "no-record") return source;
        var record = cell.Split(' ');
        foreach (var number in Numbers) source.Has(number, record[0], record[1] == "-" ? null : record[1]);
        return source;
    }
}
