using Nems.Core.Reference;

namespace Nems.Core.Ports;

/// <summary>An edition that is being built. Disposal without a commit leaves nothing of it. For one caller at a time.</summary>
public interface IReferenceDraft : IAsyncDisposable
{
    /// <summary>A file to set down what was sent, gone when it is closed or the process ends.</summary>
    Stream Spool();

    /// <summary>Adds rows; of several with one key the last stays. <see cref="StoreUnavailableException"/> when the disk is full.</summary>
    ValueTask AddAsync(IReadOnlyList<ReferenceRow> rows, CancellationToken cancel);

    /// <summary>Brings the edition into force and takes the old one away. Durable once it returns, unless it is a sample, which does not outlive the process.</summary>
    ValueTask<ReferenceEdition> CommitAsync(ReferenceCount count, bool isSample, CancellationToken cancel);
}
