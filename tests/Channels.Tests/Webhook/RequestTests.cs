using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Nems.Channels.Tests.Kit;
using Nems.Core.Deliver;
using Nems.Core.Ports;
using NSec.Cryptography;

namespace Nems.Channels.Tests.Webhook;

public sealed class RequestTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task A_delivery_is_one_POST_of_the_exact_bytes_with_the_headers_that_were_promised()
    {
        await using var peer = RawPeer.Answering(Ok);
        using var test = new ChannelUnderTest();
        var message = AMessage.To(peer.Endpoint + "/in?tenant=a%20b");

        var answer = await test.SendAsync(message);

        var request = Assert.Single(peer.Requests);
        Assert.Equal(Answer.Ok, answer);
        Assert.StartsWith("POST /hook/in?tenant=a%20b HTTP/1.1\r\n", request.Head, StringComparison.Ordinal);
        Assert.Equal(AMessage.Body, request.Body);
        Assert.Equal("application/fhir+xml; fhirVersion=3.0", request.Header("Content-Type"));
        Assert.Equal(message.Id.ToString(), request.Header("webhook-id"));
        Assert.DoesNotContain('.', request.Header("webhook-id"));
        Assert.Equal("1793698215", request.Header("webhook-timestamp"));
        Assert.Equal("019a4a50-0000-7000-8000-00000000abcd", request.Header("Nems-Event-Id"));
        Assert.Equal("newborn-hearing-1", request.Header("Nems-Event-Type"));
        Assert.Equal("42", request.Header("Nems-Sequence"));
        Assert.Equal("ea0a485187204b49b978bdcf7102388c|site123", request.Header("Nems-Subscriptions"));
        Assert.Empty(request.Headers("Nems-Overtaken"));
        Assert.Empty(request.Headers("Nems-Replay"));
    }

    [Fact]
    public async Task Overtaken_and_replayed_deliveries_say_so()
    {
        await using var peer = RawPeer.Answering(Ok);
        using var test = new ChannelUnderTest();

        await test.SendAsync(AMessage.To(peer.Endpoint) with { IsOvertaken = true, IsReplay = true });

        var request = Assert.Single(peer.Requests);
        Assert.Equal("true", request.Header("Nems-Overtaken"));
        Assert.Equal("true", request.Header("Nems-Replay"));
    }

    [Fact]
    public async Task A_receiver_can_verify_every_signature_over_what_it_received()
    {
        var old = RandomNumberGenerator.GetBytes(48);
        await using var peer = RawPeer.Answering(Ok);
        using var test = new ChannelUnderTest();
        test.Secrets.Read = (organisation, endpoint) => organisation == "A83627" && endpoint == peer.Endpoint
            ? new EndpointSecrets(FakeSecrets.Secret, old, ChannelUnderTest.Start.AddHours(24))
            : null;

        await test.SendAsync(AMessage.To(peer.Endpoint, isV1a: true));

        var request = Assert.Single(peer.Requests);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{request.Header("webhook-id")}.{request.Header("webhook-timestamp")}."), .. request.Body];
        var entries = request.Header("webhook-signature").Split(' ');
        var key = PublicKey.Import(SignatureAlgorithm.Ed25519, test.Signer.PublicKey, KeyBlobFormat.RawPublicKey);
        Assert.Equal(3, entries.Length);
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(FakeSecrets.Secret, signed)), entries[0]);
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(old, signed)), entries[1]);
        Assert.StartsWith("v1a,", entries[2], StringComparison.Ordinal);
        Assert.True(SignatureAlgorithm.Ed25519.Verify(key, signed, Convert.FromBase64String(entries[2][4..])));
    }

    [Fact]
    public async Task A_repeat_has_the_same_id_and_a_timestamp_and_signature_of_its_own()
    {
        await using var peer = RawPeer.Answering(Ok);
        using var test = new ChannelUnderTest();
        var message = AMessage.To(peer.Endpoint);

        await test.SendAsync(message);
        test.Clock.Advance(TimeSpan.FromSeconds(5));
        await test.SendAsync(message);

        var (first, second) = (peer.Requests[0], peer.Requests[1]);
        Assert.Equal(first.Header("webhook-id"), second.Header("webhook-id"));
        Assert.Equal("1793698220", second.Header("webhook-timestamp"));
        Assert.NotEqual(first.Header("webhook-signature"), second.Header("webhook-signature"));
    }

    [Fact]
    public async Task The_destinations_own_lines_are_sent_as_they_are()
    {
        await using var peer = RawPeer.Answering(Ok);
        using var test = new ChannelUnderTest();

        await test.SendAsync(AMessage.To(peer.Endpoint, headers: ["Authorization: Bearer abc:def==", "X-Site:  a\tb  ", "X-Site: c", "X-Language: cy"]));

        var request = Assert.Single(peer.Requests);
        Assert.Equal("Bearer abc:def==", request.Header("Authorization"));
        Assert.Equal("a\tb, c", string.Join(", ", request.Headers("X-Site")));
        Assert.Equal("cy", request.Header("X-Language"));
    }

    [Theory]
    [InlineData("webhook-id: forged")]
    [InlineData("Webhook-Signature: v1,forged")]
    [InlineData("nems-sequence: 1")]
    [InlineData("Nems-Forged: 1")]
    [InlineData("Host: inner.example")]
    [InlineData("Content-Type: text/forged")]
    [InlineData("content-length: 1")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Connection: forged")]
    [InlineData("Keep-Alive: forged")]
    [InlineData("Proxy-Authorization: forged")]
    [InlineData("TE: forged")]
    [InlineData("Upgrade: forged")]
    [InlineData("Expect: 100-continue")]
    [InlineData("Accept-Encoding: gzip")]
    [InlineData("traceparent: forged")]
    [InlineData("X-A: b\r\nX-Forged: c")]
    [InlineData("X-A: b\nX-Forged: c")]
    [InlineData("X-A: b\rX-Forged: c")]
    [InlineData("X-A: b\0forged")]
    [InlineData("X-A: forgéd")]
    [InlineData("X-Forged\r\nX-B: c")]
    [InlineData("X Forged: b")]
    [InlineData(": forged")]
    [InlineData("forged")]
    public async Task A_line_that_would_replace_ours_or_break_the_framing_is_left_out(string line)
    {
        await using var peer = RawPeer.Answering(Ok);
        using var test = new ChannelUnderTest();
        var plain = AMessage.To(peer.Endpoint);
        var message = plain with { Destination = plain.Destination with { Headers = [line, "X-Kept: yes"] } };

        await test.SendAsync(plain);
        await test.SendAsync(message);

        Assert.Equal(peer.Requests[0].Head.Replace("Content-Type:", "X-Kept: yes\r\nContent-Type:", StringComparison.Ordinal), peer.Requests[1].Head);
        Assert.Equal(AMessage.Body, peer.Requests[1].Body);
    }

    [Fact]
    public async Task Nothing_ambient_goes_along()
    {
        await using var peer = RawPeer.Answering("HTTP/1.1 200 OK\r\nSet-Cookie: session=1; Path=/\r\nContent-Length: 0\r\n\r\n");
        using var test = new ChannelUnderTest();
        using var activity = new Activity("publish").SetIdFormat(ActivityIdFormat.W3C).AddBaggage("patient", "9434765919").Start();

        await test.SendAsync(AMessage.To(peer.Endpoint));
        await test.SendAsync(AMessage.To(peer.Endpoint));

        string[] expected =
        [
            "POST", "Host", "Accept-Encoding", "webhook-id", "webhook-timestamp", "webhook-signature", "Nems-Event-Id", "Nems-Event-Type",
            "Nems-Sequence", "Nems-Subscriptions", "Content-Type", "Content-Length",
        ];
        Assert.All(peer.Requests, request =>
        {
            var names = request.Head.TrimEnd().Split("\r\n").Select(line => line.Split(':', ' ')[0]);
            Assert.Equal(expected.Order(), names.Order());
        });
    }

    [Theory]
    [InlineData("Basic realm=x")]
    [InlineData("Negotiate")]
    [InlineData("NTLM")]
    public async Task A_challenge_is_answered_with_no_credentials(string challenge)
    {
        await using var peer = RawPeer.Answering($"HTTP/1.1 401 No\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n");
        using var test = new ChannelUnderTest();

        var answer = await test.SendAsync(AMessage.To(peer.Endpoint));

        Assert.Equal(new Answer(AttemptOutcome.AccessRefused, 401), answer);
        Assert.Empty(Assert.Single(peer.Requests).Headers("Authorization"));
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_sent_and_the_fault_is_ours()
    {
        await using var peer = RawPeer.Answering(Ok);
        using var test = new ChannelUnderTest();
        test.Secrets.Read = (_, _) => null;

        var answer = await test.SendAsync(AMessage.To(peer.Endpoint));

        Assert.Equal(new Answer(AttemptOutcome.OwnFault, Reason: "no-secret"), answer);
        Assert.Equal(0, peer.Connections);
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_is_our_fault_and_is_logged_without_its_text()
    {
        await using var peer = RawPeer.Answering(Ok);
        using var test = new ChannelUnderTest();
        test.Secrets.Read = (_, endpoint) => throw new CryptographicException($"cannot open {endpoint}");
        var message = AMessage.To(peer.Endpoint);

        var answer = await test.SendAsync(message);

        Assert.Equal(new Answer(AttemptOutcome.OwnFault, Reason: "secret-unreadable"), answer);
        var line = Assert.Single(test.Log.Lines);
        Assert.Contains(message.Id.ToString(), line, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", line, StringComparison.Ordinal);
        Assert.Equal(0, peer.Connections);
    }
}
