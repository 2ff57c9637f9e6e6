using Nems.Testing;

namespace Nems.Durability.Tests.Load;

/// <summary>Which process runs now. Publishers go on with the next one when theirs has ended.</summary>
internal sealed class Running
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Lock gate = new();
    private NemsProcess? now;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Is(NemsProcess process)
    {
        lock (gate)
        {
            now = process;
            changed.SetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The one that runs, or that will run, after one that has ended.</summary>
    public async Task<NemsProcess> NextAsync(NemsProcess? ended)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (now is not null && !ReferenceEquals(now, ended)) return now;
                change = changed.Task;
            }

            await change.WaitAsync(Patience);
        }
    }
}
