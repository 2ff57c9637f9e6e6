namespace Nems.Core.Ports;

/// <summary>
/// Marks the places in the path where a process might die. The product does nothing there; the tests' host ends itself at a
/// named one, to show that nothing accepted is lost.
/// </summary>
public interface ICheckpoints
{
    void Reached(string point);
}

/// <summary>The product's own: nothing happens.</summary>
public sealed class NoCheckpoints : ICheckpoints
{
    public void Reached(string point)
    {
    }
}
