using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Nems.Core.Ports;

namespace Nems.Hosting;

/// <summary>Registers the registry.</summary>
public static class RegistryServices
{
    /// <summary>The registry file as <see cref="IRegistry"/>. The first to ask for it reads the file, and may get a <see cref="StartRefusedException"/>.</summary>
    public static IServiceCollection AddNemsRegistry(this IServiceCollection services)
    {
        services.AddOptions<RegistryOptions>().BindConfiguration(RegistryOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RegistryFile>();
        services.AddSingleton<IRegistry>(provider => provider.GetRequiredService<RegistryFile>());
        return services;
    }
}
