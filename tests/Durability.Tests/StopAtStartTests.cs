using Nems.Testing;

namespace Nems.Durability.Tests;

public sealed class StopAtStartTests
{
    [Fact]
    public async Task A_stop_asked_for_while_the_service_starts_is_an_orderly_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        using var directory = new TemporaryDirectory();
        await using var subscriber = await FakeSubscriber.StartAsync();
        subscriber.Answers(_ => 503);
        await using (var nems = await NemsProcess.StartAsync(directory.Path, [subscriber], Quick.Retries))
        {
            await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
            await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
            await nems.KillAsync();
        }

        // What waited is sent as soon as the lanes start, which is before the service listens.
        NemsProcess? starting = null;
        subscriber.Answers(_ =>
        {
            Volatile.Read(ref starting)?.Terminate();
            return 503;
        });
        for (var turn = 0; turn < 3; turn++)
        {
            await using var nems = NemsProcess.Launch(directory.Path, [subscriber], Quick.Retries);
            Volatile.Write(ref starting, nems);
            var code = await nems.EndsAsync();
            Assert.True(code == 0, $"{code}: {nems.LastWords}");
        }

        Volatile.Write(ref starting, null);
        subscriber.Answers(_ => 200);
        await using var last = await NemsProcess.StartAsync(directory.Path, [subscriber], Quick.Retries);
        var seen = await subscriber.UntilAsync(all => all.Any(request => request.Answered == 200));
        Assert.Single(seen.Select(request => request.Id).Distinct());
    }
}
