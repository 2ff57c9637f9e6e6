using System.Globalization;
using Nems.Channels.Tests.Kit;
using Nems.Core.Deliver;

namespace Nems.Channels.Tests.Webhook;

public sealed class AnswerTests
{
    [Theory]
    [InlineData(200, AttemptOutcome.Delivered)]
    [InlineData(201, AttemptOutcome.Delivered)]
    [InlineData(202, AttemptOutcome.Delivered)]
    [InlineData(204, AttemptOutcome.Delivered)]
    [InlineData(299, AttemptOutcome.Delivered)]
    [InlineData(101, AttemptOutcome.NotNow)]
    [InlineData(300, AttemptOutcome.NotNow)]
    [InlineData(304, AttemptOutcome.NotNow)]
    [InlineData(400, AttemptOutcome.MessageRefused)]
    [InlineData(413, AttemptOutcome.MessageRefused)]
    [InlineData(415, AttemptOutcome.MessageRefused)]
    [InlineData(422, AttemptOutcome.MessageRefused)]
    [InlineData(401, AttemptOutcome.AccessRefused)]
    [InlineData(403, AttemptOutcome.AccessRefused)]
    [InlineData(404, AttemptOutcome.AccessRefused)]
    [InlineData(405, AttemptOutcome.AccessRefused)]
    [InlineData(410, AttemptOutcome.Gone)]
    [InlineData(402, AttemptOutcome.NotNow)]
    [InlineData(407, AttemptOutcome.NotNow)]
    [InlineData(408, AttemptOutcome.NotNow)]
    [InlineData(409, AttemptOutcome.NotNow)]
    [InlineData(425, AttemptOutcome.NotNow)]
    [InlineData(429, AttemptOutcome.NotNow)]
    [InlineData(499, AttemptOutcome.NotNow)]
    [InlineData(500, AttemptOutcome.NotNow)]
    [InlineData(502, AttemptOutcome.NotNow)]
    [InlineData(503, AttemptOutcome.NotNow)]
    [InlineData(504, AttemptOutcome.NotNow)]
    [InlineData(599, AttemptOutcome.NotNow)]
    [InlineData(999, AttemptOutcome.NotNow)]
    public async Task A_status_has_one_outcome(int status, AttemptOutcome outcome)
    {
        await using var peer = RawPeer.Answering($"HTTP/1.1 {status} Nine four three 943 476 5919\r\nContent-Length: 0\r\n\r\n");
        using var test = new ChannelUnderTest();

        var answer = await test.SendAsync(AMessage.To(peer.Endpoint));

        Assert.Equal(new Answer(outcome, status), answer);
        Assert.Single(peer.Requests);
    }

    [Theory]
    [InlineData("120", 120.0)]
    [InlineData("1", 1.0)]
    [InlineData("  30 ", 30.0)]
    [InlineData("86400", 86_400.0)]
    [InlineData("86401", 86_400.0)]
    [InlineData("99999999999999999999999999", 86_400.0)]
    [InlineData("Tue, 03 Nov 2026 09:31:15 GMT", 59.75)]
    [InlineData("Tuesday, 03-Nov-26 09:31:15 GMT", 59.75)]
    [InlineData("Tue Nov  3 09:31:15 2026", 59.75)]
    [InlineData("Fri, 06 Nov 2026 09:31:15 GMT", 86_400.0)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("+5", null)]
    [InlineData("1.5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData("12; 13", null)]
    [InlineData("Tue, 03 Nov 2026 09:30:15 GMT", null)]
    [InlineData("Mon, 01 Jan 1990 00:00:00 GMT", null)]
    [InlineData("2026-11-03T09:31:15Z", null)]
    public async Task Retry_After_is_seconds_or_a_date_of_at_most_a_day(string value, double? seconds)
    {
        await using var peer = RawPeer.Answering($"HTTP/1.1 503 Busy\r\nRetry-After: {value}\r\nContent-Length: 0\r\n\r\n");
        using var test = new ChannelUnderTest();

        var answer = await test.SendAsync(AMessage.To(peer.Endpoint));

        Assert.Equal(seconds, answer.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Two_Retry_After_lines_say_nothing()
    {
        await using var peer = RawPeer.Answering("HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n");
        using var test = new ChannelUnderTest();

        Assert.Null((await test.SendAsync(AMessage.To(peer.Endpoint))).RetryAfter);
    }

    [Theory]
    [InlineData(429, 7)]
    [InlineData(400, 7)]
    [InlineData(404, 7)]
    [InlineData(301, 7)]
    [InlineData(410, 7)]
    [InlineData(200, null)]
    [InlineData(202, null)]
    public async Task Retry_After_counts_with_every_failure_and_no_success(int status, int? seconds)
    {
        await using var peer = RawPeer.Answering($"HTTP/1.1 {status} X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
        using var test = new ChannelUnderTest();

        var answer = await test.SendAsync(AMessage.To(peer.Endpoint));

        Assert.Equal(seconds, answer.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_no_second_request_is_made(int status)
    {
        await using var target = RawPeer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var peer = RawPeer.Answering($"HTTP/1.1 {status} Moved\r\nLocation: {target.Endpoint}\r\nContent-Length: 0\r\n\r\n");
        using var test = new ChannelUnderTest();

        var answer = await test.SendAsync(AMessage.To(peer.Endpoint));

        // The second sending shows that the first is over: whatever was to come would have come before.
        await test.SendAsync(AMessage.To(peer.Endpoint));
        Assert.Equal(new Answer(AttemptOutcome.NotNow, status), answer);
        Assert.Equal(0, target.Connections);
        Assert.Equal(2, peer.Requests.Count);
    }

    [Fact]
    public async Task Nothing_the_peer_wrote_is_in_the_answer_or_in_a_log()
    {
        const string canary = "9434765919";
        string[] replies =
        [
            $"HTTP/1.1 400 {canary}\r\nX-Echo: {canary}\r\nContent-Length: 10\r\n\r\n{canary}",
            $"HTTP/1.1 503 {canary}\r\nRetry-After: {canary}\r\nContent-Length: 0\r\n\r\n",
            $"HTTP/1.1 {canary}\r\n\r\n",
            $"{canary}\r\n\r\n",
            $"HTTP/1.1 200 OK\r\n{canary}\r\n\r\n",
            $"HTTP/1.1 200 OK\r\nContent-Length: {canary}\r\nContent-Length: 5\r\n\r\n",
        ];
        using var test = new ChannelUnderTest();
        foreach (var reply in replies)
        {
            await using var peer = RawPeer.Start(async connection =>
            {
                await connection.ReadAsync();
                await connection.WriteAsync(reply);
            });

            var answer = await test.SendAsync(AMessage.To(peer.Endpoint));

            var told = string.Create(CultureInfo.InvariantCulture, $"{answer}");
            Assert.DoesNotContain(canary, told, StringComparison.Ordinal);
        }

        Assert.Empty(test.Log.Lines);
    }
}
