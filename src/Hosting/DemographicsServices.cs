using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Nems.Core.Demographics;
using Nems.Core.Ports;
using Nems.Pds;

namespace Nems.Hosting;

/// <summary>Chooses where demographics come from.</summary>
public static class DemographicsServices
{
    public const string SourceSetting = "Nems:Demographics:Source";

    /// <summary>
    /// The source named by <c>Nems:Demographics:Source</c>: <c>Message</c> (the default), <c>Table</c> or <c>Pds</c>. Read here
    /// and not by an options class, because it decides which settings there are to check at start.
    /// </summary>
    public static IServiceCollection AddNemsDemographics(this IServiceCollection services, IConfiguration configuration) =>
        configuration[SourceSetting]?.ToUpperInvariant() switch
        {
            null or "" or "MESSAGE" => services.AddSingleton<IDemographics, MessageOnly>(),
            "TABLE" => services.AddSingleton<IDemographics, TableDemographics>(),
            "PDS" => services.AddPds(),
            _ => throw new StartRefusedException("The service cannot start:", [$"{SourceSetting} must be Message, Table or Pds"]),
        };
}
