using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Nems.Testing;

/// <summary>
/// The service as a process of its own, so that it can be killed: the crash host, which is copied beside the tests, on a
/// directory that outlives it. Starting again on the same directory goes on where the last process ended. Disposing ends the
/// process, and so does the end of the tests' own.
/// </summary>
public sealed class NemsProcess : IAsyncDisposable
{
    /// <summary>How a process ends that was killed.</summary>
    public const int Killed = 137;

    private const int RememberedLines = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly Queue<string> lines = new();
    private readonly TaskCompletionSource<Uri?> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task ended;
    private NemsClient? client;

    private NemsProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        ended = WatchAsync();
    }

    /// <summary>Calls the process. Only once it is ready.</summary>
    public NemsClient Client => client ?? throw new InvalidOperationException("The service was not ready yet.");

    /// <summary>Whether it was told to end, or ended.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>What it wrote last, to both outputs.</summary>
    public string LastWords
    {
        get
        {
            lock (lines) return string.Join(Environment.NewLine, lines);
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<NemsProcess> StartAsync(
        string directory, IEnumerable<FakeSubscriber> receivers, IEnumerable<string>? settings = null, bool isDispatcher = false)
    {
        var nems = Launch(directory, receivers, settings, isDispatcher);
        if (await nems.IsReadyAsync()) return nems;
        await nems.DisposeAsync();
        throw new InvalidOperationException($"The service ended before it was ready: {nems.LastWords}");
    }

    /// <summary>Starts it and does not wait.</summary>
    /// <param name="directory">Holds the data directory and, written by the first process, the registry.</param>
    /// <param name="receivers">The subscribers that the registry must let the test organisations name.</param>
    /// <param name="settings">Further settings as <c>Nems:X=Y</c>.</param>
    /// <param name="isDispatcher">The delivering side by itself instead of the whole service.</param>
    public static NemsProcess Launch(
        string directory, IEnumerable<FakeSubscriber> receivers, IEnumerable<string>? settings = null, bool isDispatcher = false)
    {
        var registry = Path.Combine(directory, "registry.json");
        if (!File.Exists(registry)) TestRegistry.Write(registry, receivers.Select(receiver => receiver.Port));
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Nems.CrashHost.dll"), "--environment=Development", "--urls=http://127.0.0.1:0",
            $"--Nems:DataDirectory={Path.Combine(directory, "data")}", $"--Nems:RegistryFile={registry}", "--Logging:LogLevel:Default=Warning",
            "--crash:parent=stdin", isDispatcher ? "--crash:role=dispatcher" : "--crash:role=api", .. (settings ?? []).Select(setting => "--" + setting),
        ];
        var start = new ProcessStartInfo(DotNet(), arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToArray()) start.Environment.Remove(name);
        return new NemsProcess(new Process { StartInfo = start });
    }

    /// <summary>Waits until it answers that it is ready; false when it ended before.</summary>
    public async Task<bool> IsReadyAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        if (await address.Task.WaitAsync(deadline.Token) is not { } at) return false;
        client ??= new NemsClient(at, TimeProvider.System);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!ended.IsCompleted)
        {
            try
            {
                using var answer = await client.Http.GetAsync("/health/ready", deadline.Token);
                if (answer.IsSuccessStatusCode) return true;
            }
            catch (HttpRequestException)
            {
                // Killed while it answered: the next look sees the end.
            }

            await again.WaitForNextTickAsync(deadline.Token);
        }

        return false;
    }

    /// <summary>SIGKILL, now. Does not wait for the end.</summary>
    public void Kill()
    {
        IsEnding = true;
        if (!process.HasExited) process.Kill();
    }

    /// <summary>SIGTERM, now: an orderly stop. Does not wait for the end.</summary>
    public void Terminate()
    {
        IsEnding = true;
        if (!process.HasExited && Signal(process.Id, 15) != 0)
            throw new InvalidOperationException($"The signal was not sent: error {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Waits for the end, whoever brings it; gives the exit code.</summary>
    public async Task<int> EndsAsync()
    {
        try
        {
            await ended.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The service did not end. Its last words: {LastWords}");
        }

        return process.ExitCode;
    }

    public async Task KillAsync()
    {
        Kill();
        await EndsAsync();
    }

    /// <summary>An orderly stop; gives the exit code.</summary>
    public Task<int> StopAsync()
    {
        Terminate();
        return EndsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        client?.Dispose();
        process.Dispose();
    }

    private async Task WatchAsync()
    {
        await process.WaitForExitAsync();
        IsEnding = true;
        address.TrySetResult(null);
    }

    private void Read(string? line)
    {
        if (line is null) return;
        if (line.StartsWith("listening ", StringComparison.Ordinal)) address.TrySetResult(new Uri(line["listening ".Length..]));
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > RememberedLines) lines.Dequeue();
        }
    }

    /// <summary>The host that runs these tests runs the child too, wherever it is installed.</summary>
    private static string DotNet()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }

    private static bool IsSetting(string name) =>
        name.StartsWith("Nems__", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.Equals("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Signal(int process, int signal);
}
