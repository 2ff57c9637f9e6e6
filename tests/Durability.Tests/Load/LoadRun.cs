using Nems.Testing;

namespace Nems.Durability.Tests.Load;

/// <summary>
/// Publishers post without a pause while the service is ended again and again at moments drawn by lot and started again on the
/// same directory; receivers refuse now and then. At the end everything must have arrived, and the store must agree.
/// </summary>
internal static class LoadRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>How many times as many ends as usual.</summary>
    public static int Scale { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("NEMS_TEST_SCALE"), out var scale) && scale > 0 ? scale : 1;

    /// <param name="ends">How many times the process is ended.</param>
    /// <param name="strike">How it is ended.</param>
    /// <param name="exitCode">What it must have ended with.</param>
    /// <param name="seed">Draws the moments and the refusals.</param>
    public static async Task RunAsync(int ends, Action<NemsProcess> strike, int exitCode, int seed)
    {
        using var directory = new TemporaryDirectory();
        await using var receiver = await FakeSubscriber.StartAsync();
        var population = new Population();
        var ledger = new Ledger(population);
        var striker = new Striker(new Random(seed), strike);
        var running = new Running();
        var refusals = new Refusals(seed);
        receiver.Keeps = false;
        receiver.Answers(request =>
        {
            var isTaken = refusals.TakesNext();
            ledger.Add(request, isTaken);
            striker.Pass(Moment.Arriving);
            return isTaken ? 200 : 503;
        });

        List<NemsProcess> processes = [await NemsProcess.StartAsync(directory.Path, [receiver], Quick.Retries)];
        try
        {
            await population.SubscribeAsync(processes[0].Client, receiver);
            running.Is(processes[0]);
            using var stop = new CancellationTokenSource();
            var publishing = Task.WhenAll(Enumerable.Range(0, population.Count)
                .Select(patient => new Publisher(patient, UsesKeys(patient), population, ledger, running, striker).RunAsync(stop.Token)));

            for (var end = 0; end < ends; end++)
            {
                striker.Arm(processes[^1]);
                var code = processes[^1].EndsAsync();
                if (await Task.WhenAny(code, publishing) == publishing) await publishing;
                Assert.True(await code == exitCode, $"The service ended with {await code}: {processes[^1].LastWords}");

                // Armed before it is ready, in half of the cases: it may be struck while it starts and sends what waited.
                processes.Add(NemsProcess.Launch(directory.Path, [receiver], Quick.Retries));
                if (end % 2 == 0 && end < ends - 1) striker.Arm(processes[^1]);
                if (await processes[^1].IsReadyAsync()) running.Is(processes[^1]);
            }

            await stop.CancelAsync();
            await publishing.WaitAsync(Patience);
            await ledger.CompleteAsync(Patience);
            Assert.Equal(0, await processes[^1].StopAsync());
            ledger.AssertEveryPromiseHeld(UsesKeys);
            Assert.True(ledger.AcceptedCount > ends);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"seed {seed}: {ends} ends, {ledger.AcceptedCount} events answered with 202, {ledger.CopyCount} copies arrived");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, after {processes.Count - 1} ends; last words: {processes[^1].LastWords}");
            throw;
        }
        finally
        {
            foreach (var process in processes) await process.DisposeAsync();
        }
    }

    private static bool UsesKeys(int patient) => patient % 2 == 0;

    /// <summary>Refuses for now about every thirtieth attempt.</summary>
    private sealed class Refusals(int seed)
    {
        private readonly Lock gate = new();
        private readonly Random random = new(seed + 1);

        public bool TakesNext()
        {
            lock (gate) return random.Next(30) > 0;
        }
    }
}
