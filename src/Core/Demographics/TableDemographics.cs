using Nems.Core.Events;
using Nems.Core.Ports;

namespace Nems.Core.Demographics;

/// <summary>
/// The imported table as the source. Its answers are as old as the import and in force whatever their age: nothing newer is to
/// be had. Before the first import it cannot answer, so that nothing flows past flags that nobody has loaded yet.
/// </summary>
public sealed class TableDemographics(IDemographicsTable table) : IDemographics
{
    public bool IsConfigured => true;

    public ValueTask<DemographicsAnswer> LookUpAsync(NhsNumber number, TimeSpan notOlderThan, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromResult(table.Find(number));
    }
}
