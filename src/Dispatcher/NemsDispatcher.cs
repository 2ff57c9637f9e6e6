using Nems.Hosting;

namespace Nems.Dispatcher;

/// <summary>
/// The delivering side by itself. On the embedded platform it takes over a data directory that no Api holds and sends what
/// waits there; it listens for nothing but health.
/// </summary>
public static class NemsDispatcher
{
    /// <summary>Where health is asked for when no address is set.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5081";

    /// <summary>Runs until stopped. 0 when it ended in order, 1 when it refused to start.</summary>
    public static Task<int> RunAsync(string[] args, CancellationToken cancel) => HostRun.RunAsync(() => Build(args, _ => { }), cancel);

    /// <summary>Builds the service. Tests replace what they must through <paramref name="configure"/>.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(DefaultUrl);
        builder.AddNems();
        configure(builder);

        var app = builder.Build();
        app.MapHealth();
        return app;
    }
}
