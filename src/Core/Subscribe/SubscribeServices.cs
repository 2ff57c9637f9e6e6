using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;

namespace Nems.Core.Subscribe;

/// <summary>Registers what the subscription use cases need beside the ports: handlers come by the mediator.</summary>
internal static class SubscribeServices
{
    internal static IServiceCollection AddSubscribe(this IServiceCollection services)
    {
        services.AddOptions<EgressOptions>().BindConfiguration(EgressOptions.Section).ValidateOnStart();
        services.AddOptions<EventLifeCycleOptions>().BindConfiguration(EventLifeCycleOptions.Section).ValidateOnStart();
        services.AddOptions<SubscriptionOptions>().BindConfiguration(SubscriptionOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SubscriptionOptions>, SubscriptionOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EgressOptions>, EgressOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventLifeCycleOptions>, EventLifeCycleOptionsValidator>());
        services.TryAddSingleton<KeyedHash>();
        services.TryAddSingleton<EventLifeCycle>();
        services.TryAddSingleton<DestinationIdentity>();
        services.TryAddSingleton<EndpointRules>();
        services.TryAddSingleton<SubscriptionRights>();
        services.TryAddSingleton<WebhookSecrets>();
        services.TryAddSingleton<SeedPatterns>();
        return services;
    }
}
