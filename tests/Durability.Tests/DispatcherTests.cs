using Nems.Testing;

namespace Nems.Durability.Tests;

public sealed class DispatcherTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_dispatcher_sends_what_a_killed_service_left_and_no_other_process_may_own_the_directory_meanwhile(bool isOtherDispatcher)
    {
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        subscriber.Answers(_ => 503);
        Message[] messages = [.. Enumerable.Range(1, 6).Select(number => (number % 2 == 0 ? Message.Death : Message.Hearing).About(Patients.Jo).Numbered(number))];
        await using (var nems = await NemsProcess.StartAsync(directory.Path, [subscriber], Quick.Retries))
        {
            await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
            foreach (var message in messages) await nems.Client.PublishAsync(message);
            await subscriber.ReceivesAsync(1);
            await nems.KillAsync();
        }

        Assert.DoesNotContain(subscriber.All, request => request.Answered == 200);
        subscriber.Answers(_ => 200);
        await using var dispatcher = await NemsProcess.StartAsync(directory.Path, [subscriber], Quick.Retries, isDispatcher: true);

        var delivered = (await subscriber.UntilAsync(seen => seen.Count(request => request.Answered == 200) >= messages.Length)).Where(request => request.Answered == 200);
        Assert.Equal(messages.Select(message => message.Body), delivered.Select(request => request.Body));
        Assert.Equal([1, 2, 3, 4, 5, 6], delivered.Select(request => request.Sequence));

        await using var other = NemsProcess.Launch(directory.Path, [subscriber], isDispatcher: isOtherDispatcher);
        Assert.Equal(1, await other.EndsAsync());
        Assert.Contains("is owned by another process", other.LastWords, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", other.LastWords, StringComparison.Ordinal);

        Assert.Equal(0, await dispatcher.StopAsync());
        await using var next = await NemsProcess.StartAsync(directory.Path, [subscriber], Quick.Retries);
        await next.Client.PublishAsync(messages[0]);
        Assert.Equal(7, (await subscriber.UntilAsync(seen => seen[^1].Sequence == 7))[^1].Sequence);
    }
}
