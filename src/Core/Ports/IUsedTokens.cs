namespace Nems.Core.Ports;

/// <summary>Remembers single-use token ids until they expire, across processes and restarts.</summary>
public interface IUsedTokens
{
    /// <summary>True the first time for this id; false ever after, also in a race and after a restart. Durable once it returns.</summary>
    Task<bool> TryUseAsync(string asid, string tokenId, DateTimeOffset expires, CancellationToken cancel);
}
