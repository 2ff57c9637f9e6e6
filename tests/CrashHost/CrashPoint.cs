using System.Diagnostics;
using System.Text;
using Nems.Core.Ports;

namespace Nems.CrashHost;

/// <summary>
/// Ends this process with SIGKILL at the so-many-th reach of a named point, once a file says that it counts. Before it does,
/// it writes which point it was and how many deliveries had been committed to another file.
/// </summary>
/// <param name="point">The name of the point.</param>
/// <param name="reach">At which reach, from 1.</param>
/// <param name="marker">The file to write.</param>
/// <param name="armed">Reaches count only while this file exists; null is always.</param>
internal sealed class CrashPoint(string point, int reach, string marker, string? armed) : ICheckpoints
{
    private readonly Lock gate = new();
    private int reached;
    private int committed;

    /// <summary>A delivery was committed. Called by the writer's thread before it begins the next batch.</summary>
    public void DeliveryCommitted() => Interlocked.Increment(ref committed);

    public void Reached(string name)
    {
        if (name != point || (armed is not null && !File.Exists(armed))) return;
        lock (gate)
        {
            if (++reached < reach) return;
            using (var file = new FileStream(marker, FileMode.Create, FileAccess.Write))
            {
                file.Write(Encoding.UTF8.GetBytes($"{point} {Volatile.Read(ref committed)}"));
                file.Flush(flushToDisk: true);
            }

            Process.GetCurrentProcess().Kill();

            // Not one line more, should the signal take a moment.
            Thread.CurrentThread.Join();
        }
    }
}
