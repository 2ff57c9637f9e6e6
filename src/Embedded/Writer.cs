using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nems.Core.Keys;
using Nems.Core.Ports;

namespace Nems.Embedded;

/// <summary>
/// The one writer: a thread that takes whatever has gathered and commits it as one transaction, so that one sync of the disk
/// serves many. It alone gives places and delivery numbers, in the order of commit.
/// </summary>
internal sealed partial class Writer : IDisposable
{
    private const int LargestBatch = 256;
    private const long MostWaitingBytes = 256L * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly WriteSession session;
    private readonly ICheckpoints checkpoints;
    private readonly ILogger<Writer> log;
    private readonly int mostWaiting;
    private readonly Thread thread;
    private Queue<Write> waiting = new();
    private long waitingBytes;
    private bool isStopping;
    private volatile bool isWritable = true;

    public Writer(Database database, Sealer sealer, ICheckpoints checkpoints, IOptions<EmbeddedOptions> options, ILogger<Writer> log)
    {
        session = new WriteSession(database, sealer);
        this.checkpoints = checkpoints;
        this.log = log;
        mostWaiting = options.Value.WaitingWrites;
        thread = new Thread(Work) { Name = "nems-writer", IsBackground = true };
        thread.Start();
    }

    /// <summary>False after a commit failed, until one succeeds again.</summary>
    public bool IsWritable => isWritable;

    /// <summary>Queues a write that must not be turned away: its number is bounded by who makes it.</summary>
    public Task<TResult> RunAsync<TResult>(Write<TResult> write)
    {
        Add(write, always: true);
        return write.Done;
    }

    /// <summary>Queues a write unless too much is waiting; null then.</summary>
    public Task<TResult>? TryRunAsync<TResult>(Write<TResult> write) => isWritable && Add(write, always: false) ? write.Done : null;

    /// <summary>Commits what was queued, then stops.</summary>
    public void Dispose()
    {
        lock (gate) isStopping = true;
        arrived.Release();
        thread.Join();
        session.Dispose();
        arrived.Dispose();
    }

    private bool Add(Write write, bool always)
    {
        bool wasEmpty;
        lock (gate)
        {
            if (isStopping) throw new StoreUnavailableException("The store is closing.");
            if (!always && (waiting.Count >= mostWaiting || waitingBytes + write.Size > MostWaitingBytes)) return false;
            wasEmpty = waiting.Count == 0;
            waiting.Enqueue(write);
            waitingBytes += write.Size;
        }

        if (wasEmpty) arrived.Release();
        return true;
    }

    private void Work()
    {
        var batch = new List<Write>(LargestBatch);
        while (true)
        {
            // While the disk refuses, look once a second whether it still does: nobody else may come to ask.
            var isWoken = arrived.Wait(isWritable ? Timeout.InfiniteTimeSpan : Patience);
            if (!isWoken) Probe();
            while (TakeBatch(batch)) Commit(batch);
            lock (gate)
            {
                if (isStopping && waiting.Count == 0) return;
            }
        }
    }

    private bool TakeBatch(List<Write> batch)
    {
        batch.Clear();
        lock (gate)
        {
            while (batch.Count < LargestBatch && waiting.TryDequeue(out var write))
            {
                batch.Add(write);
                waitingBytes -= write.Size;
            }
        }

        return batch.Count > 0;
    }

    private void Commit(List<Write> batch)
    {
        try
        {
            session.Begin();
            for (var index = 0; index < batch.Count; index++)
            {
                batch[index].Apply(session);
                if (index == batch.Count / 2 && batch.Count > 1) checkpoints.Reached("batch.middle");
            }

            session.Commit();
        }
        catch (StoreUnavailableException fault)
        {
            Failed(batch, fault);
            return;
        }
        catch (Exception fault)
        {
            Isolate(batch, fault);
            return;
        }

        if (!isWritable) Recovered();
        checkpoints.Reached("batch.committed");
        foreach (var write in batch) write.Committed();
        foreach (var write in batch) write.Complete();
    }

    private void Failed(List<Write> batch, StoreUnavailableException fault)
    {
        if (isWritable) LogUnwritable(fault.Message);
        isWritable = false;
        Rollback();
        foreach (var write in batch) write.Fail(fault);
    }

    /// <summary>One write of the batch has a fault of its own: the others must not suffer for it.</summary>
    private void Isolate(List<Write> batch, Exception fault)
    {
        Rollback();
        if (batch.Count == 1)
        {
            LogFault(batch[0].GetType().Name, fault.GetType().Name);
            batch[0].Fail(fault);
            return;
        }

        foreach (var write in batch.ToArray()) Commit([write]);
    }

    /// <summary>Writes as much as the largest event needs and takes it away again: a disk with room for a page alone is still full.</summary>
    private void Probe()
    {
        checkpoints.Reached("probe.started");
        try
        {
            session.Begin();
            session.Prepared("INSERT OR REPLACE INTO bodies (place, body) VALUES (0, zeroblob(4194304))").Run();
            session.Commit();
            session.Begin();
            session.Prepared("DELETE FROM bodies WHERE place = 0").Run();
            session.Commit();
            Recovered();
        }
        catch (StoreUnavailableException)
        {
            Rollback();
        }
    }

    private void Recovered()
    {
        isWritable = true;
        LogWritable();
    }

    private void Rollback()
    {
        try
        {
            session.Rollback();
        }
        catch (StoreUnavailableException fault)
        {
            LogUnwritable(fault.Message);
        }
    }

    [LoggerMessage(EventId = 5001, EventName = "store.unwritable", Level = LogLevel.Critical, Message = "The store cannot write: {Fault} Publishing answers 503 until it can")]
    private partial void LogUnwritable(string fault);

    [LoggerMessage(EventId = 5002, EventName = "store.writable", Level = LogLevel.Information, Message = "The store writes again")]
    private partial void LogWritable();

    [LoggerMessage(EventId = 5003, EventName = "store.write-failed", Level = LogLevel.Error, Message = "A write of kind {Write} failed with {Fault}; the others of its batch were committed")]
    private partial void LogFault(string write, string fault);
}
