using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Nems.Core.Keys;
using Nems.Core.Ports;
using Nems.Embedded.Reference;

namespace Nems.Embedded;

/// <summary>Registers the embedded platform: one SQLite file, one process.</summary>
public static class EmbeddedServices
{
    public static IServiceCollection AddEmbedded(this IServiceCollection services)
    {
        services.AddOptions<EmbeddedOptions>().BindConfiguration(EmbeddedOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmbeddedOptions>, EmbeddedOptionsValidator>();
        services.AddSingleton<DataDirectory>();
        services.AddSingleton<ServiceKeys>(provider => KeyFile.ReadOrCreate(provider.GetRequiredService<DataDirectory>()));
        services.AddSingleton<Database>(provider =>
        {
            // The keys come first: a store without them could not be read again.
            _ = provider.GetRequiredService<ServiceKeys>();
            return new Database(provider.GetRequiredService<DataDirectory>());
        });
        services.AddSingleton<Writer>();
        services.AddSingleton<ReadSessions>();
        services.AddSingleton<Destinations>();
        services.AddSingleton<HandOver>();
        services.AddSingleton<IEventStore, SqliteEventStore>();
        services.AddSingleton<IDeliveryStore, SqliteDeliveryStore>();
        services.AddSingleton<ISubscriptionStore, SqliteSubscriptionStore>();
        services.AddSingleton<IAuditTrail, SqliteAuditTrail>();
        services.AddSingleton<IUsedTokens, SqliteUsedTokens>();
        services.AddSingleton<IEndpointSecrets, SqliteEndpointSecrets>();
        services.AddSingleton<SqliteReference>();
        services.AddSingleton<IReferenceData>(provider => provider.GetRequiredService<SqliteReference>());
        services.AddSingleton<IReferenceEditions>(provider => provider.GetRequiredService<SqliteReference>());
        services.AddSingleton<IDemographicsTable, SqliteDemographicsTable>();
        return services;
    }
}
