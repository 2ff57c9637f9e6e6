using Nems.Core.Match;

namespace Nems.Core.Ports;

/// <summary>Where the store hands over what it accepted unmatched. Returns at once; what is lost with the process is found again at the next start.</summary>
public interface IUnmatchedInbox
{
    void Waits(UnmatchedEvent unmatched);
}
