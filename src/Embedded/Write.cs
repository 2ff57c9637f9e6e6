namespace Nems.Embedded;

/// <summary>One change, applied inside the writer's transaction. It may be applied again after a rollback: it changes nothing but the session.</summary>
internal abstract class Write
{
    /// <summary>Bytes it brings along, for the bound on what may wait.</summary>
    public virtual int Size => 0;

    /// <summary>Inside the transaction, on the writer's thread.</summary>
    public abstract void Apply(WriteSession session);

    /// <summary>After the commit, on the writer's thread, in the order of commit. Must not block or throw.</summary>
    public virtual void Committed()
    {
    }

    public abstract void Complete();

    public abstract void Fail(Exception fault);
}

/// <summary>A change with a result.</summary>
internal abstract class Write<TResult> : Write
{
    private readonly TaskCompletionSource<TResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Done => completion.Task;

    /// <summary>Set by <see cref="Write.Apply"/>.</summary>
    protected TResult? Result { get; set; }

    public override void Complete() => completion.TrySetResult(Result!); // Apply ran before

    public override void Fail(Exception fault) => completion.TrySetException(fault);
}
