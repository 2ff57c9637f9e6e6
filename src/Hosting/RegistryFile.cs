using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;
using Nems.Core.Ports;
using Nems.Core.Registry;

namespace Nems.Hosting;

/// <summary>
/// The registry as it stands in a file. Whoever holds one holds a valid registry: a bad file refuses the start with all its
/// mistakes. The file is looked at every two seconds; a good new one replaces the snapshot in one step, a bad one is logged
/// (places, never contents) and changes nothing.
/// </summary>
public sealed partial class RegistryFile : IRegistry, IDisposable
{
    private const int LargestFile = 16 * 1024 * 1024;
    private const int MostLogged = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly string path;
    private readonly bool isDevelopment;
    private readonly TimeProvider clock;
    private readonly ILogger<RegistryFile> log;
    private readonly Lock polling = new();
    private readonly ITimer timer;
    private volatile RegistrySnapshot current;
    private Stamp seen;
    private bool isUnreadable;

    public RegistryFile(IOptions<RegistryOptions> options, IHostEnvironment environment, TimeProvider clock, ILogger<RegistryFile> log)
    {
        this.clock = clock;
        this.log = log;
        isDevelopment = environment.IsDevelopment();
        path = Locate(options.Value.RegistryFile, environment);
        current = Open();
        timer = clock.CreateTimer(_ => Poll(), null, Interval, Interval);
    }

    /// <summary>
    /// Its version is the moment of reading in milliseconds, raised where that would not be higher: higher after a restart
    /// too, so that a version stamped before it never passes for the present one.
    /// </summary>
    public RegistrySnapshot Current => current;

    public void Dispose() => timer.Dispose();

    private static string Locate(string? file, IHostEnvironment environment)
    {
        if (!string.IsNullOrWhiteSpace(file)) return Path.GetFullPath(file, environment.ContentRootPath);
        if (environment.IsDevelopment()) return Path.Combine(AppContext.BaseDirectory, "registry.sample.json");
        throw new StartRefusedException("The service cannot start:", [StartupRefusals.RegistryFileIsMissing]);
    }

    private RegistrySnapshot Open()
    {
        try
        {
            using var handle = OpenHandle();
            return Read(handle, after: 0, out var mistakes) ?? throw new StartRefusedException("The registry file has mistakes:", mistakes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException("The service cannot start:", ["Nems:RegistryFile: the file cannot be read"]);
        }
    }

    private void Poll()
    {
        // A slow file system must not let polls pile up.
        if (!polling.TryEnter()) return;
        try
        {
            Reload();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            if (!isUnreadable) LogUnreadable(fault.GetType().Name);
            isUnreadable = true;
        }
        finally
        {
            polling.Exit();
        }
    }

    private void Reload()
    {
        using var handle = OpenHandle();
        if (Stamp.Of(handle) == seen && !isUnreadable) return;

        var read = Read(handle, after: current.Version, out var mistakes);
        isUnreadable = false;
        if (read is null)
        {
            LogRefused(mistakes.Count, string.Join("; ", mistakes.Take(MostLogged)));
            return;
        }

        current = read;
        LogReloaded(read.Version);
    }

    private SafeFileHandle OpenHandle() => File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);

    /// <summary>The snapshot, or null with the mistakes that refuse it.</summary>
    private RegistrySnapshot? Read(SafeFileHandle handle, long after, out IReadOnlyList<string> mistakes)
    {
        // The stamp is taken first: a change while we read is then seen at the next look.
        seen = Stamp.Of(handle);
        var version = Math.Max(after + 1, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var reading = RegistryReader.Read(ReadAll(handle), version);
        mistakes = isDevelopment ? [.. reading.Findings.Wrong, .. reading.Findings.Unknown] : reading.Findings.Wrong;
        if (mistakes.Count > 0) return null;

        if (reading.Findings.Unknown.Count > 0) LogUnknown(reading.Findings.Unknown.Count, string.Join("; ", reading.Findings.Unknown.Take(MostLogged)));
        return reading.Snapshot;
    }

    private static ReadOnlyMemory<byte> ReadAll(SafeFileHandle handle)
    {
        var length = RandomAccess.GetLength(handle);
        if (length > LargestFile) throw new IOException("The registry file is too large.");
        var bytes = new byte[length];
        var total = 0;
        while (total < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(total), total) is var read and > 0) total += read;
        return bytes.AsMemory(0, total);
    }

    [LoggerMessage(EventId = 5401, EventName = "registry.reloaded", Level = LogLevel.Information,
        Message = "The registry file changed and was read, version {Version}")]
    private partial void LogReloaded(long version);

    [LoggerMessage(EventId = 5402, EventName = "registry.refused", Level = LogLevel.Error,
        Message = "The registry file changed but has {Count} mistakes, the old registry stays in force: {Mistakes}")]
    private partial void LogRefused(int count, string mistakes);

    [LoggerMessage(EventId = 5403, EventName = "registry.unreadable", Level = LogLevel.Error,
        Message = "The registry file cannot be read ({Fault}), the old registry stays in force")]
    private partial void LogUnreadable(string fault);

    [LoggerMessage(EventId = 5404, EventName = "registry.unknown-members", Level = LogLevel.Warning,
        Message = "The registry file says {Count} things that mean nothing here: {Unknown}")]
    private partial void LogUnknown(int count, string unknown);

    /// <summary>Tells two states of the file apart, on every file system; taken of the open file, so that links are followed.</summary>
    private readonly record struct Stamp(DateTime Written, long Length)
    {
        public static Stamp Of(SafeFileHandle handle) => new(File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));
    }
}
