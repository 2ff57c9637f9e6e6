using Nems.Channels.Tests.Kit;
using Nems.Core.Deliver;

namespace Nems.Channels.Tests.Webhook;

/// <summary>Peers that hang and drip. The deadline is the test clock's: nothing here waits for real time.</summary>
public sealed class HostilePeerTests
{
    private const string Head = "HTTP/1.1 200 OK\r\n";
    private static readonly Answer TimedOut = new(AttemptOutcome.Unreachable, Reason: "timeout");

    [Fact]
    public async Task A_peer_that_accepts_and_reads_nothing_is_left_at_the_deadline()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = RawPeer.Start(_ => Hang(reached));
        using var test = new ChannelUnderTest();

        var sending = test.SendAsync(AMessage.To(peer.Endpoint) with { Body = new byte[3_000_000] });
        await reached.Task;
        test.Clock.Advance(test.Options.Timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(sending.IsCompleted);
        test.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(TimedOut, await sending);
    }

    [Fact]
    public async Task A_peer_that_never_answers_is_left_at_the_deadline()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.ReadAsync();
            await Hang(reached);
        });
        using var test = new ChannelUnderTest();

        var sending = test.SendAsync(AMessage.To(peer.Endpoint));
        await reached.Task;
        test.Clock.Advance(test.Options.Timeout);

        Assert.Equal(TimedOut, await sending);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK and very slow indeed about it\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_peer_that_drips_its_headers_a_byte_a_second_is_left_at_the_deadline(string reply)
    {
        var pace = new SemaphoreSlim(0);
        var written = new SemaphoreSlim(0);
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.ReadAsync();
            foreach (var character in reply)
            {
                await pace.WaitAsync();
                await connection.WriteAsync(character.ToString());
                written.Release();
            }
        });
        using var test = new ChannelUnderTest();

        var sending = test.SendAsync(AMessage.To(peer.Endpoint));
        await PassAsync(test, sending, pace, written);

        Assert.Equal(TimedOut, await sending);
    }

    [Theory]
    [InlineData(200, AttemptOutcome.Delivered)]
    [InlineData(503, AttemptOutcome.NotNow)]
    public async Task A_peer_that_drips_its_body_has_answered_and_is_left_at_the_deadline(int status, AttemptOutcome outcome)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync($"HTTP/1.1 {status} X\r\nContent-Length: 1000\r\n\r\nx");
            await UntilClosedAsync(connection, closed);
        });
        using var test = new ChannelUnderTest();
        using var seen = new StatusSeen(peer.Port);

        var sending = test.SendAsync(AMessage.To(peer.Endpoint));
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(sending.IsCompleted);
        test.Clock.Advance(test.Options.Timeout);

        Assert.Equal(new Answer(outcome, status), await sending);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_shutdown_while_a_body_drips_does_not_undo_the_delivery()
    {
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync(Head + "Content-Length: 1000\r\n\r\nx");
            await Hang(new TaskCompletionSource());
        });
        using var test = new ChannelUnderTest();
        using var seen = new StatusSeen(peer.Port);
        using var stop = new CancellationTokenSource();

        var sending = test.SendUntilAsync(AMessage.To(peer.Endpoint), stop.Token);
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        Assert.Equal(Answer.Ok, await sending);
    }

    [Fact]
    public async Task Interim_replies_do_not_put_the_deadline_off()
    {
        var pace = new SemaphoreSlim(0);
        var written = new SemaphoreSlim(0);
        await using var peer = RawPeer.Start(async connection =>
        {
            await connection.ReadAsync();
            while (true)
            {
                await pace.WaitAsync();
                await connection.WriteAsync("HTTP/1.1 102 Processing\r\n\r\n");
                written.Release();
            }
        });
        using var test = new ChannelUnderTest();

        var sending = test.SendAsync(AMessage.To(peer.Endpoint));
        await PassAsync(test, sending, pace, written);

        Assert.Equal(TimedOut, await sending);
    }

    [Fact]
    public async Task Our_own_cancellation_is_no_outcome()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = RawPeer.Start(_ => Hang(reached));
        using var test = new ChannelUnderTest();
        using var stop = new CancellationTokenSource();

        var sending = test.SendUntilAsync(AMessage.To(peer.Endpoint), stop.Token);
        await reached.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.SendUntilAsync(AMessage.To(peer.Endpoint), stop.Token));
    }

    [Fact]
    public async Task One_hanging_peer_costs_another_nothing()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hanging = RawPeer.Start(_ => Hang(reached));
        await using var well = RawPeer.Answering(Head + "Content-Length: 0\r\n\r\n");
        using var test = new ChannelUnderTest();

        var stuck = test.SendAsync(AMessage.To(hanging.Endpoint));
        await reached.Task;
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => test.SendAsync(AMessage.To(well.Endpoint))));

        Assert.All(answers, answer => Assert.Equal(Answer.Ok, answer));
        Assert.False(stuck.IsCompleted);
        test.Clock.Advance(test.Options.Timeout);
        Assert.Equal(TimedOut, await stuck);
    }

    /// <summary>Twenty seconds, in each of which the peer writes once.</summary>
    private static async Task PassAsync(ChannelUnderTest test, Task<Answer> sending, SemaphoreSlim pace, SemaphoreSlim written)
    {
        for (var second = 1; second <= 20; second++)
        {
            Assert.False(sending.IsCompleted);
            pace.Release();
            await written.WaitAsync(TestContext.Current.CancellationToken);
            test.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static async Task Hang(TaskCompletionSource reached)
    {
        reached.TrySetResult();
        await new TaskCompletionSource().Task;
    }

    private static async Task UntilClosedAsync(PeerConnection connection, TaskCompletionSource closed)
    {
        try
        {
            await connection.Stream.ReadExactlyAsync(new byte[1]);
        }
        catch (IOException)
        {
        }

        closed.TrySetResult();
    }
}
