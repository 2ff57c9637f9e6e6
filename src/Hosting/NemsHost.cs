using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nems.Channels;
using Nems.Core;
using Nems.Embedded;

namespace Nems.Hosting;

/// <summary>What every host is made of: Core, the channels, the platform's adapters, the registry, logs.</summary>
public static class NemsHost
{
    /// <summary>The address that is listened on when none is set.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>
    /// Adds the whole service to a host. The platform is <c>Nems:Platform</c>; <c>Embedded</c> is the one there is so far.
    /// </summary>
    public static WebApplicationBuilder AddNems(this WebApplicationBuilder builder)
    {
        var platform = builder.Configuration["Nems:Platform"];
        if (platform is not (null or "Embedded"))
            throw new StartRefusedException("The service cannot start:", ["Nems:Platform must be Embedded"]);

        if (builder.Environment.IsDevelopment()) AllowLoopbackReceivers(builder.Configuration);
        builder.AddNemsLogging();
        builder.Services.AddSingleton<DistributedContextPropagator, OwnTraces>();
        builder.Services.AddNemsCore();
        builder.Services.AddNemsChannels();
        builder.Services.AddEmbedded();
        builder.Services.AddNemsDemographics(builder.Configuration);
        builder.Services.AddNemsRegistry();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHostedService<ReferenceService>();
        builder.Services.AddHostedService<LanesService>();
        builder.Services.AddHostedService<ExpiryService>();
        return builder;
    }

    /// <summary>The default of <c>Nems:Egress:AllowHosts</c> in Development; every other source of settings wins over it.</summary>
    private static void AllowLoopbackReceivers(ConfigurationManager configuration) => configuration.Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData = [new("Nems:Egress:AllowHosts:0", "127.0.0.1:*"), new("Nems:Egress:AllowHosts:1", "localhost:*")],
    });

    /// <summary>Maps <c>/health/live</c> (the process answers) and <c>/health/ready</c> (it can store and send).</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        // Whoever may not own the data directory is told so here: once the host starts, it would log the refusal with its stack as well.
        _ = app.ServiceProvider.GetRequiredService<Readiness>();
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", (Readiness readiness) => readiness.IsReady
            ? Results.Text("ready")
            : Results.Text("not ready", statusCode: 503));
    }
}
