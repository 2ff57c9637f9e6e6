using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nems.Core.Deliver;
using Nems.Core.Demographics;
using Nems.Core.Fhir;
using Nems.Core.Keys;
using Nems.Core.Lanes;
using Nems.Core.Match;
using Nems.Core.Ports;
using Nems.Core.Publish;
using Nems.Core.Reference;
using Nems.Core.Retry;
using Nems.Core.Subscribe;

namespace Nems.Core;

/// <summary>Registers what Core offers: the use cases behind the mediator, the policies, the lanes. The adapters of the ports come from elsewhere.</summary>
public static class CoreServices
{
    public static IServiceCollection AddNemsCore(this IServiceCollection services)
    {
        services.AddMediator(options => options.ServiceLifetime = ServiceLifetime.Singleton);
        services.AddSubscribe();
        services.AddReference();

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ICheckpoints, NoCheckpoints>();
        services.TryAddSingleton<IDemographics, MessageOnly>();
        services.AddSingleton<KeyedHash>();
        services.AddSingleton<Sealer>();
        services.AddSingleton<EventMessageReader>();
        services.AddSingleton<FactFinder>();
        services.AddSingleton<MatchLater>();
        services.AddSingleton(provider => new LateMatcher(
            provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<MatchLater>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LateMatcher>>()));
        services.AddSingleton<PublishMetrics>();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<RetryPolicy>();
        services.AddSingleton<SendingRights>();
        services.AddSingleton<FlagCheck>();
        services.AddSingleton(provider => new AttemptDelivery(
            provider.GetServices<IDeliveryChannel>(), provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<SendingRights>(),
            provider.GetRequiredService<FlagCheck>(), provider.GetRequiredService<ICheckpoints>(), provider.GetRequiredService<ILogger<AttemptDelivery>>()));
        services.AddSingleton<LaneBoard>();

        services.AddOptions<RetryOptions>().BindConfiguration(RetryOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetryOptions>, RetryOptionsValidator>();
        services.AddOptions<LaneOptions>().BindConfiguration(LaneOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LaneOptions>, LaneOptionsValidator>();
        services.AddOptions<MatchOptions>().BindConfiguration(MatchOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MatchOptions>, MatchOptionsValidator>();
        services.AddOptions<OrderOptions>().BindConfiguration(OrderOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OrderOptions>, OrderOptionsValidator>();
        return services;
    }
}
