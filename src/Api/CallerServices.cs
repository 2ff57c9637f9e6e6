using Microsoft.Extensions.DependencyInjection.Extensions;
using Nems.Api.Tokens;
using Nems.Hosting;

namespace Nems.Api;

/// <summary>Registers what knows callers and operators.</summary>
internal static class CallerServices
{
    /// <summary>Needs an <c>IRegistry</c> and an <c>IUsedTokens</c> beside it. A host that has this refuses a start that <see cref="StartupRefusals"/> refuses.</summary>
    public static IServiceCollection AddCallers(this IServiceCollection services)
    {
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddHostedService<StartupGate>();
        services.AddSingleton<TokenCache>();
        services.AddSingleton<PeerTrust>();
        services.AddSingleton<RefusedCalls>();
        services.AddSingleton(provider => new KeySets(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KeySets>>(), KeySets.NewClient()));
        services.AddSingleton<SignedToken>();
        services.AddSingleton<Callers>();
        services.AddSingleton<Operators>();
        return services;
    }
}
