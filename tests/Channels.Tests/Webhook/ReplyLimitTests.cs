using System.IO.Compression;
using Nems.Channels.Tests.Kit;
using Nems.Core.Deliver;

namespace Nems.Channels.Tests.Webhook;

/// <summary>Replies that are too large, packed, broken, or no HTTP at all.</summary>
public sealed class ReplyLimitTests
{
    private const string Head = "HTTP/1.1 200 OK\r\n";

    [Fact]
    public async Task An_endless_body_is_delivered_and_cut_off()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync(Head + "Transfer-Encoding: chunked\r\n\r\n");
            try
            {
                while (true) await connection.WriteAsync("400\r\n" + new string('x', 0x400) + "\r\n");
            }
            catch (IOException)
            {
                closed.SetResult();
            }
        });
        using var test = new ChannelUnderTest();

        var answer = await test.SendAsync(AMessage.To(peer.Endpoint));

        Assert.Equal(Answer.Ok, answer);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(64 * 1024, 1)]
    [InlineData(200 * 1024, 2)]
    public async Task A_short_reply_keeps_the_connection_and_a_long_one_costs_it(int length, int connections)
    {
        await using var peer = RawPeer.Answering($"{Head}Content-Length: {length}\r\n\r\n{new string('x', length)}");
        using var test = new ChannelUnderTest();

        Assert.Equal(Answer.Ok, await test.SendAsync(AMessage.To(peer.Endpoint)));
        Assert.Equal(Answer.Ok, await test.SendAsync(AMessage.To(peer.Endpoint)));

        Assert.Equal(connections, peer.Connections);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_compressed_bomb_is_not_inflated(string encoding)
    {
        var bomb = Bomb();
        await using var peer = RawPeer.Start(async connection =>
        {
            while (await connection.ReadAsync() is not null)
            {
                await connection.WriteAsync($"{Head}Content-Encoding: {encoding}\r\nContent-Length: {bomb.Length}\r\n\r\n");
                await connection.Stream.WriteAsync(bomb);
            }
        });
        using var test = new ChannelUnderTest();

        Assert.Equal(Answer.Ok, await test.SendAsync(AMessage.To(peer.Endpoint)));
        Assert.Equal(Answer.Ok, await test.SendAsync(AMessage.To(peer.Endpoint)));

        // Read to its end as 20 KB: inflated, it would have passed the limit and cost the connection.
        Assert.Equal(1, peer.Connections);
        Assert.Equal("identity", peer.Requests[0].Header("Accept-Encoding"));
    }

    [Fact]
    public async Task Headers_beyond_16_KB_are_not_read()
    {
        await using var peer = RawPeer.Answering($"{Head}X-Large: {new string('x', 20_000)}\r\nContent-Length: 0\r\n\r\n");
        using var test = new ChannelUnderTest();

        Assert.Equal(new Answer(AttemptOutcome.Unreachable, Reason: "reply-too-large"), await test.SendAsync(AMessage.To(peer.Endpoint)));
    }

    [Fact]
    public async Task Endless_header_lines_are_cut_off()
    {
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync(Head);
            while (true) await connection.WriteAsync("X-More: yes\r\n");
        });
        using var test = new ChannelUnderTest();

        Assert.Equal(new Answer(AttemptOutcome.Unreachable, Reason: "reply-too-large"), await test.SendAsync(AMessage.To(peer.Endpoint)));
    }

    [Fact]
    public async Task A_flood_of_interim_replies_is_cut_off()
    {
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.ReadAsync();
            while (true) await connection.WriteAsync("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
        });
        using var test = new ChannelUnderTest();

        Assert.Equal(new Answer(AttemptOutcome.Unreachable, Reason: "reply-too-large"), await test.SendAsync(AMessage.To(peer.Endpoint)));
    }

    [Fact]
    public async Task Interim_replies_before_the_real_one_are_passed_over()
    {
        await using var peer = RawPeer.Answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n");
        using var test = new ChannelUnderTest();

        Assert.Equal(new Answer(AttemptOutcome.Delivered, 202), await test.SendAsync(AMessage.To(peer.Endpoint)));
    }

    [Theory]
    [InlineData("", "ended")]
    [InlineData("HTTP/1.1 200", "ended")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", "ended")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", "protocol")]
    [InlineData("HTTP/1.1 twohundred OK\r\n\r\n", "protocol")]
    public async Task A_peer_that_ends_early_or_speaks_no_HTTP_is_unreachable(string reply, string reason)
    {
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync(reply);
        });
        using var test = new ChannelUnderTest();

        Assert.Equal(new Answer(AttemptOutcome.Unreachable, Reason: reason), await test.SendAsync(AMessage.To(peer.Endpoint)));
    }

    [Theory]
    [InlineData("Content-Length: 1000\r\n\r\nshort")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nnot a chunk\r\n")]
    public async Task A_body_that_breaks_off_changes_nothing(string rest)
    {
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync(Head + rest);
        });
        using var test = new ChannelUnderTest();

        Assert.Equal(Answer.Ok, await test.SendAsync(AMessage.To(peer.Endpoint)));
    }

    private static byte[] Bomb()
    {
        using var bytes = new MemoryStream();
        using (var packed = new GZipStream(bytes, CompressionLevel.SmallestSize, leaveOpen: true)) packed.Write(new byte[20_000_000]);
        return bytes.ToArray();
    }
}
