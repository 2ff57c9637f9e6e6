using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Nems.Channels.Webhook;
using Nems.Core.Deliver;
using Nems.Core.Ports;

namespace Nems.Channels;

/// <summary>Registers the channels.</summary>
public static class ChannelServices
{
    /// <summary>Needs <see cref="IEndpointSecrets"/>, <c>ServiceKeys</c> and logging from elsewhere.</summary>
    public static IServiceCollection AddNemsChannels(this IServiceCollection services)
    {
        services.AddOptions<ChannelOptions>().BindConfiguration(ChannelOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ChannelOptions>, ChannelOptionsValidator>();

        services.AddOptions<EgressOptions>().BindConfiguration(EgressOptions.Section);

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<WebhookTargetGuard>();
        services.AddSingleton<WebhookTargets>();
        services.AddSingleton(provider => new WebhookTransport(WebhookTransport.Handler(
            provider.GetRequiredService<IOptions<ChannelOptions>>().Value, provider.GetRequiredService<WebhookTargetGuard>(), roots: null)));
        services.AddSingleton<WebhookSigner>();
        services.AddSingleton(provider => new WebhookKeySet(provider.GetRequiredService<WebhookSigner>()));
        services.AddSingleton<IDeliveryChannel, WebhookChannel>();
        return services;
    }
}
