using Nems.Hosting;

namespace Nems.Api;

/// <summary>The service: every HTTP face, and on the embedded platform the lanes too.</summary>
public static class NemsApi
{
    /// <summary>Runs the service until it is stopped. 0 when it ended in order, 1 when it refused to start.</summary>
    public static Task<int> RunAsync(string[] args, CancellationToken cancel) => HostRun.RunAsync(() => Build(args, _ => { }), cancel);

    /// <summary>Builds the service. Tests replace what they must through <paramref name="configure"/>.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(NemsHost.DefaultUrl);
        builder.WebHost.ConfigureKestrel(Limits.Apply);
        StartupRefusals.ThrowIfAny(builder.Configuration, builder.Environment.EnvironmentName);
        builder.AddNems();
        builder.Services.AddCallers();
        configure(builder);

        var app = builder.Build();
        app.UseMiddleware<LastResort>();
        app.MapPublish();
        app.MapSubscriptions();
        app.MapOperations();
        app.MapKeySet();
        app.MapHealth();
        return app;
    }
}
