using Microsoft.Extensions.DependencyInjection;

namespace Nems.Core;

/// <summary>Registers what Core offers.</summary>
public static class CoreServices
{
    public static IServiceCollection AddNemsCore(this IServiceCollection services)
    {
        services.AddMediator(options => options.ServiceLifetime = ServiceLifetime.Singleton);
        return services;
    }
}
