using System.Net;
using System.Net.Sockets;
using Nems.Cli.Demonstration;
using Nems.Core.Events;

namespace Nems.Cli.Tests;

[Collection(nameof(ReceiverPort))]
public sealed class DemoCommandTests
{
    [Fact]
    public async Task When_the_port_of_the_sample_registry_is_taken_the_demonstration_says_so_and_starts_nothing()
    {
        using var occupier = new TcpListener(IPAddress.Loopback, Script.ReceiverPort);
        try
        {
            occupier.Start();
        }
        catch (SocketException)
        {
            // Somebody else holds it: as good for this test.
        }

        var ran = await Ran.Async("demo", "--json");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("18777 on 127.0.0.1 is taken", (string?)Assert.Single(ran.Json)["error"], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_message_of_the_demonstration_is_wanted_by_one_of_its_subscriptions()
    {
        var subscriptions = Script.Subscriptions(new Uri("http://127.0.0.1:18777/nems"));

        Assert.All(subscriptions, subscription => Assert.Equal("T8T9T", subscription.Organisation));
        Assert.All(subscriptions.Where(subscription => subscription.Rule is null), subscription => Assert.Equal(10, subscription.Events.Count));
        var byRule = Assert.Single(subscriptions, subscription => subscription.Rule is not null);
        Assert.Equal([EventType.Birth.Code], byRule.Events);
        foreach (var sample in Script.Samples.Select(Messages.Sample.Open))
        {
            var text = System.Text.Encoding.UTF8.GetString(sample.Bytes);
            Assert.Contains(subscriptions, subscription => subscription.Rule is null ? text.Contains(subscription.NhsNumber!, StringComparison.Ordinal) : text.Contains($"Organization/{subscription.Code}", StringComparison.Ordinal));
        }
    }
}
