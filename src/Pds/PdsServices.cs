using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Nems.Core.Ports;

namespace Nems.Pds;

/// <summary>Registers PDS as the source of demographics.</summary>
public static class PdsServices
{
    /// <summary>Needs <c>KeyedHash</c> and logging from elsewhere. A start with a mistake in the settings is refused with all of them.</summary>
    public static IServiceCollection AddPds(this IServiceCollection services)
    {
        services.AddOptions<PdsOptions>().BindConfiguration(PdsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PdsOptions>, PdsOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new PdsTransport(provider.GetRequiredService<IOptions<PdsOptions>>().Value));
        services.AddSingleton<PdsHttp>();
        services.AddSingleton<ClientAssertion>();
        services.AddSingleton<PdsTokens>();
        services.AddSingleton<PdsMetrics>();
        services.AddSingleton<PdsClient>();
        services.AddSingleton<IDemographics, PdsDemographics>();
        return services;
    }
}
