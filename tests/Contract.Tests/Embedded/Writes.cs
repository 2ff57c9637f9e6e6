using Nems.Core.Events;
using Nems.Core.Publish;
using Nems.Embedded;
using Nems.Testing;

namespace Nems.Contract.Tests.Embedded;

/// <summary>Holds the writer's thread inside a transaction, as a disk that does not answer does.</summary>
internal sealed class HeldWrite : Write<bool>
{
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim released = new();

    /// <summary>Completes when the writer stands still.</summary>
    public Task Held => held.Task;

    public void Release() => released.Set();

    public override void Apply(WriteSession session)
    {
        held.TrySetResult();
        if (!released.Wait(TimeSpan.FromSeconds(60))) throw new TimeoutException("The test did not let the writer go.");
    }
}

/// <summary>A write with a fault of its own.</summary>
internal sealed class FaultyWrite : Write<bool>
{
    public override void Apply(WriteSession session) => throw new FormatException("A fault of this write alone.");
}

/// <summary>Brings along so many bytes, and does nothing.</summary>
internal sealed class LargeWrite(int size) : Write<bool>
{
    public override int Size => size;

    public override void Apply(WriteSession session) => Result = true;
}

/// <summary>Lets the writer's connection grow the file no further: to SQLite that is a full disk.</summary>
internal sealed class FullDiskWrite : Write<bool>
{
    public override void Apply(WriteSession session) => session.Prepared("PRAGMA max_page_count = 1").Run();
}

/// <summary>Shorthands of the tests of the writer.</summary>
internal static class Accepts
{
    public static Task<AcceptOutcome> AcceptAsync(this SqliteBackend backend, NewEvent accepted, params Core.Deliver.Destination[] destinations) =>
        backend.Events.AcceptAsync(accepted, [.. destinations.Select(destination => AnEvent.For(destination))], null, TestContext.Current.CancellationToken);

    public static Place Place(this AcceptOutcome outcome) => Assert.IsType<AcceptOutcome.Accepted>(outcome).Place;
}
