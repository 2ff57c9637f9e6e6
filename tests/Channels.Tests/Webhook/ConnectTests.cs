using System.Net;
using System.Net.Sockets;
using Nems.Channels.Tests.Kit;
using Nems.Core.Deliver;

namespace Nems.Channels.Tests.Webhook;

/// <summary>What the guard does when a connection is made. Names and dials are played; the rest is the real path.</summary>
public sealed class ConnectTests
{
    private const string Public = "93.184.215.14";
    private const string OtherPublic = "2606:2800:21f:cb07:6820:80da:af6b:8b2c";

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.5", "192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.5")]
    [InlineData("64:ff9b::a00:5")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1%2")]
    public async Task A_name_that_leads_inside_is_refused_and_never_dialled(params string[] addresses)
    {
        var network = new FakeNetwork(addresses);
        using var test = On(network);

        var answer = await test.SendAsync(AMessage.To("https://hooks.example.nhs.uk/in"));

        Assert.Equal(new Answer(AttemptOutcome.Unreachable, Reason: "address-refused"), answer);
        Assert.Empty(network.Dialled);
    }

    [Fact]
    public async Task Of_mixed_addresses_only_the_public_ones_are_dialled()
    {
        var network = new FakeNetwork(["127.0.0.1", Public, "10.0.0.1", OtherPublic, "::1"]);
        using var test = On(network);

        await test.SendAsync(AMessage.To("https://hooks.example.nhs.uk/in"));

        Assert.Equal([Public, OtherPublic], network.Dialled.Distinct());
    }

    [Fact]
    public async Task A_name_that_changes_its_mind_gains_nothing()
    {
        await using var peer = RawPeer.Start(async connection => await connection.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"));
        var network = new FakeNetwork([Public], ["127.0.0.1"], ["10.0.0.1"]);
        using var test = On(network, peer.Port);
        var endpoint = $"https://hooks.example.nhs.uk:{peer.Port}/in";

        var first = await test.SendAsync(AMessage.To(endpoint));
        var askedForFirst = network.Asked;
        var second = await test.SendAsync(AMessage.To(endpoint));

        // One look per connection: what was vetted is what was dialled, and the next connection is vetted afresh.
        Assert.Equal("tls", first.Reason);
        Assert.Equal(1, askedForFirst);
        Assert.Equal([Public], network.Dialled);
        Assert.Equal("address-refused", second.Reason);
    }

    [Fact]
    public async Task A_name_that_leads_to_the_service_itself_is_refused()
    {
        var network = new FakeNetwork([Public]);
        using var test = On(network);
        test.Options.OwnHosts.Add(Public);

        var answer = await test.SendAsync(AMessage.To("https://alias.example.nhs.uk/in"));

        Assert.Equal("address-refused", answer.Reason);
        Assert.Empty(network.Dialled);
    }

    [Fact]
    public async Task An_allow_listed_name_may_lead_to_loopback()
    {
        await using var peer = RawPeer.Answering("HTTP/1.1 204 No Content\r\n\r\n");
        var network = new FakeNetwork(["127.0.0.1"]);
        using var test = On(network);
        test.Egress.AllowHosts.Add($"practice.local:{peer.Port}");

        var answer = await test.SendAsync(AMessage.To($"http://practice.local:{peer.Port}/in"));

        Assert.Equal(AttemptOutcome.Delivered, answer.Outcome);
        Assert.Equal(["127.0.0.1"], network.Dialled);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, AttemptOutcome.Unreachable, "name-not-found")]
    [InlineData(SocketError.NoData, AttemptOutcome.Unreachable, "name-not-found")]
    [InlineData(SocketError.TryAgain, AttemptOutcome.OwnFault, "resolver")]
    [InlineData(SocketError.NoRecovery, AttemptOutcome.OwnFault, "resolver")]
    public async Task A_name_that_is_not_there_is_the_subscribers_fault_and_a_resolver_that_fails_is_ours(
        SocketError error, AttemptOutcome outcome, string reason)
    {
        using var test = new ChannelUnderTest { Resolve = (_, _) => Task.FromException<IPAddress[]>(new SocketException((int)error)) };

        var answer = await test.SendAsync(AMessage.To("https://hooks.example.nhs.uk/in"));

        Assert.Equal(new Answer(outcome, Reason: reason), answer);
    }

    [Fact]
    public async Task A_name_without_addresses_is_not_found()
    {
        using var test = On(new FakeNetwork([], []));

        Assert.Equal("name-not-found", (await test.SendAsync(AMessage.To("https://hooks.example.nhs.uk/in"))).Reason);
    }

    [Fact]
    public async Task A_resolver_that_hangs_is_our_fault_at_half_the_deadline()
    {
        var asked = new TaskCompletionSource();
        using var test = new ChannelUnderTest
        {
            Resolve = (_, _) =>
            {
                asked.SetResult();
                return new TaskCompletionSource<IPAddress[]>().Task;
            },
        };

        var sending = test.SendAsync(AMessage.To("https://hooks.example.nhs.uk/in"));
        await asked.Task;
        test.Clock.Advance(test.Options.Timeout / 2);

        Assert.Equal(new Answer(AttemptOutcome.OwnFault, Reason: "resolver"), await sending);
    }

    [Fact]
    public async Task A_silent_address_leaves_time_for_the_next()
    {
        await using var peer = RawPeer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var silent = new TaskCompletionSource();
        var network = new FakeNetwork(["10.0.0.1", "10.0.0.2"]);
        using var test = new ChannelUnderTest
        {
            Resolve = network.ResolveAsync,
            Dial = async (address, cancel) =>
            {
                if (!address.Address.Equals(IPAddress.Parse("10.0.0.1"))) return await network.DialAsync(address, cancel);
                silent.SetResult();
                return await new TaskCompletionSource<Stream>().Task.WaitAsync(cancel);
            },
        };
        test.Egress.AllowHosts.Add("two.local:*");

        var sending = test.SendAsync(AMessage.To($"http://two.local:{peer.Port}/in"));
        await silent.Task;
        test.Clock.Advance(test.Options.Timeout / 2);

        Assert.Equal(Answer.Ok, await sending);
        Assert.Equal(["10.0.0.2"], network.Dialled);
    }

    [Fact]
    public async Task An_address_that_refuses_leads_to_the_next_and_the_last_decides()
    {
        using var unused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)unused.LocalEndPoint!).Port; // bound, never listening: connections are refused
        var network = new FakeNetwork([Public, OtherPublic]);
        using var test = On(network, port);

        var answer = await test.SendAsync(AMessage.To($"https://hooks.example.nhs.uk:{port}/in"));

        Assert.Equal(new Answer(AttemptOutcome.Unreachable, Reason: "connect"), answer);
        Assert.Equal([Public, OtherPublic], network.Dialled);
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.AddressNotAvailable)]
    [InlineData(SocketError.NetworkDown)]
    public async Task Running_out_of_sockets_is_our_own_fault(SocketError error)
    {
        using var test = new ChannelUnderTest
        {
            Resolve = new FakeNetwork([Public]).ResolveAsync,
            Dial = (_, _) => ValueTask.FromException<Stream>(new SocketException((int)error)),
        };

        var answer = await test.SendAsync(AMessage.To("https://hooks.example.nhs.uk/in"));

        Assert.Equal(new Answer(AttemptOutcome.OwnFault, Reason: "own-network"), answer);
    }

    [Fact]
    public async Task No_more_than_eight_addresses_of_a_name_are_tried()
    {
        var network = new FakeNetwork([[.. Enumerable.Range(1, 200).Select(last => $"93.184.215.{last}")]]);
        using var test = new ChannelUnderTest
        {
            Resolve = network.ResolveAsync,
            Dial = (address, _) =>
            {
                network.Dialled.Add(address.Address.ToString());
                throw new SocketException((int)SocketError.ConnectionRefused);
            },
        };

        await test.SendAsync(AMessage.To("https://hooks.example.nhs.uk/in"));

        Assert.Equal(8, network.Dialled.Count);
    }

    [Theory]
    [InlineData("https://127.1/")]
    [InlineData("https://localhost/")]
    [InlineData("http://hooks.example.nhs.uk/")]
    public async Task A_refused_endpoint_is_unreachable_and_nothing_is_asked_or_dialled(string endpoint)
    {
        var network = new FakeNetwork([Public]);
        using var test = On(network);

        var answer = await test.SendAsync(AMessage.To(endpoint));

        Assert.Equal(AttemptOutcome.Unreachable, answer.Outcome);
        Assert.Equal(0, network.Asked);
        Assert.Empty(network.Dialled);
    }

    private static ChannelUnderTest On(FakeNetwork network, int? port = null)
    {
        var test = new ChannelUnderTest { Resolve = network.ResolveAsync, Dial = network.DialAsync };
        if (port is { } number) test.Options.Ports.Add(number);
        return test;
    }
}
