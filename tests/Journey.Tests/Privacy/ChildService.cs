using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Nems.Journey.Tests.Privacy;

/// <summary>The shipped program in a process of its own: what it writes to its two outputs is all that an operator would see.</summary>
internal sealed partial class ChildService : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildService(Process process, ConcurrentQueue<string> lines)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data, lines);
        process.ErrorDataReceived += (_, line) => Take(line.Data, lines);
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <param name="arguments">The command line.</param>
    /// <param name="lines">Takes every line of both outputs.</param>
    public static async Task<ChildService> StartAsync(IEnumerable<string> arguments, ConcurrentQueue<string> lines)
    {
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        var start = new ProcessStartInfo(Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet")))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Nems.Api.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var service = new ChildService(new Process { StartInfo = start }, lines);
        service.process.Start();
        service.process.BeginOutputReadLine();
        service.process.BeginErrorReadLine();
        try
        {
            service.Address = await service.listening.Task.WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            await service.DisposeAsync();
            throw new TimeoutException("The service did not start: " + string.Join('\n', lines));
        }

        return service;
    }

    /// <summary>Asks it to stop, as an operator's system does, and waits until it has.</summary>
    public async Task StopAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill();
        }
        else
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        await EndAsync();
    }

    /// <summary>Ends it between two instructions.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await KillAsync();
        process.Dispose();
    }

    private async Task EndAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await process.WaitForExitAsync(deadline.Token);
    }

    private void Take(string? line, ConcurrentQueue<string> lines)
    {
        if (line is null) return;
        lines.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match) listening.TrySetResult(new Uri(match.Groups["address"].Value));
    }

    [GeneratedRegex(@"Now listening on: \W*(?<address>http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
