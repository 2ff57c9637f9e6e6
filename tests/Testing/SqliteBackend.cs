using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Nems.Core;
using Nems.Embedded;

namespace Nems.Testing;

/// <summary>The embedded adapters on a real file in a directory of the test's own.</summary>
public sealed class SqliteBackend : Backend
{
    private readonly TemporaryDirectory? ownDirectory;
    private readonly Dictionary<string, string?> settings;
    private ServiceProvider? services;

    /// <param name="directory">A data directory to go on with; null is a new one.</param>
    /// <param name="settings">Further settings as <c>Nems:X=Y</c>.</param>
    public SqliteBackend(string? directory = null, params string[] settings)
    {
        ownDirectory = directory is null ? new TemporaryDirectory() : null;
        DataDirectory = directory ?? ownDirectory!.File("data");
        this.settings = settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]);
        this.settings["Nems:DataDirectory"] = DataDirectory;
    }

    public string DataDirectory { get; }

    /// <summary>Replaces services, before each start.</summary>
    public Action<IServiceCollection>? Configure { get; init; }

    public override IServiceProvider Services => services ?? throw new InvalidOperationException("The backend is not started.");

    public override Task StartAsync()
    {
        var collection = new ServiceCollection();
        Configure?.Invoke(collection);
        services = collection
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddLogging()
            .AddSingleton<TimeProvider>(Clock)
            .AddNemsCore()
            .AddEmbedded()
            .BuildServiceProvider();

        // Opened now, as a host does before its first request.
        _ = (Events, Deliveries, Subscriptions);
        return Task.CompletedTask;
    }

    public override async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>Ends in order; the directory stays.</summary>
    public async Task StopAsync()
    {
        if (services is not null) await services.DisposeAsync();
        services = null;
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        ownDirectory?.Dispose();
    }
}
