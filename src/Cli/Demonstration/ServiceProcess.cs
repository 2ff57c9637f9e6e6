using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Nems.Cli.Demonstration;

/// <summary>
/// The service as a child of this process, with a data directory of its own. Disposing ends the child and all it started, and
/// deletes the directory.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const int RememberedLines = 40;

    private readonly Process process;
    private readonly DirectoryInfo data;
    private readonly bool keepsData;
    private readonly Queue<string> lines = new();

    private ServiceProcess(Process process, DirectoryInfo data, bool keepsData, Uri address)
    {
        this.process = process;
        this.data = data;
        this.keepsData = keepsData;
        Address = address;
    }

    public Uri Address { get; }

    public bool HasExited => process.HasExited;

    /// <summary>The last lines that the service wrote.</summary>
    public string LastWords
    {
        get
        {
            lock (lines) return string.Join(Environment.NewLine, lines);
        }
    }

    /// <summary>Processor time of all its threads so far, from the operating system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The memory that it holds now, in bytes.</summary>
    public long Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The most memory it held at a time, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts this very program again as <c>serve</c>, in Development, on a free port of the loopback address.</summary>
    /// <param name="settings">Further arguments for the service.</param>
    public static ServiceProcess Start(params string[] settings)
    {
        return Start(Directory.CreateTempSubdirectory("nems-demo-"), keepsData: false, settings);
    }

    /// <summary>The same on a directory that outlives it.</summary>
    public static ServiceProcess StartOn(DirectoryInfo data, params string[] settings) => Start(data, keepsData: true, settings);

    /// <summary>Starts the measure of the bench: see <c>bench-floor</c>.</summary>
    public static ServiceProcess StartFloor()
    {
        var address = FreeAddress();
        return Start(Directory.CreateTempSubdirectory("nems-floor-"), keepsData: false, address, ["bench-floor", "--url", address.GetLeftPart(UriPartial.Authority)]);
    }

    private static ServiceProcess Start(DirectoryInfo data, bool keepsData, string[] settings)
    {
        var address = FreeAddress();
        return Start(data, keepsData, address,
        [
            "serve", "--", "--environment", "Development", "--urls", address.GetLeftPart(UriPartial.Authority), $"--Nems:DataDirectory={data.FullName}", .. settings,
        ]);
    }

    private static ServiceProcess Start(DirectoryInfo data, bool keepsData, Uri address, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo
        {
            FileName = OwnProgram(),
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(ServiceProcess).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);

        foreach (var name in start.Environment.Keys.Where(IsSetting).ToArray()) start.Environment.Remove(name);

        // As the service's own project is set: this program is a tool and has the collector of a tool.
        start.Environment["DOTNET_gcServer"] = "1";
        start.Environment["DOTNET_GCDynamicAdaptationMode"] = "0";

        var service = new ServiceProcess(new Process { StartInfo = start }, data, keepsData, address);
        service.process.OutputDataReceived += (_, line) => service.Remember(line.Data);
        service.process.ErrorDataReceived += (_, line) => service.Remember(line.Data);
        service.process.Start();
        service.process.BeginOutputReadLine();
        service.process.BeginErrorReadLine();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        if (keepsData) return;
        try
        {
            data.Delete(recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The directory is a temporary one: the operating system clears what is still held.
        }
    }

    /// <summary>The program beside its assembly, where this code runs inside another (as in tests); otherwise this process's own.</summary>
    private static string OwnProgram()
    {
        var beside = Path.ChangeExtension(typeof(ServiceProcess).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(beside) ? beside : Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is unknown.");
    }

    /// <summary>What a developer set for the own service must not change the demonstration.</summary>
    private static bool IsSetting(string name) =>
        name.StartsWith("Nems__", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase);

    private static Uri FreeAddress() => new($"http://127.0.0.1:{FreePort()}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Remember(string? line)
    {
        if (line is null) return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > RememberedLines) lines.Dequeue();
        }
    }
}
