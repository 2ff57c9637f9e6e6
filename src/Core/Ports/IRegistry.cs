using Nems.Core.Registry;

namespace Nems.Core.Ports;

/// <summary>Who may call and receive. <see cref="Current"/> is at most 5 s behind the file.</summary>
public interface IRegistry
{
    RegistrySnapshot Current { get; }
}
