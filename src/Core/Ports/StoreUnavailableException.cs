namespace Nems.Core.Ports;

/// <summary>The store cannot do this now (disk full, file gone, locked). Nothing of the call was kept; it may be made again.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
        : base("The store is not available.")
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
