using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Nems.Api;
using Nems.Core.Ports;

namespace Nems.Testing;

/// <summary>
/// The service as shipped, in this process, over real HTTP on loopback, with a real store in a directory of its own. With a
/// clock of the tests' own, time passes when the test says so.
/// </summary>
public sealed class NemsUnderTest : IAsyncDisposable
{
    private readonly TemporaryDirectory? ownDirectory;
    private readonly WebApplication app;

    private NemsUnderTest(WebApplication app, FakeTimeProvider? clock, TemporaryDirectory? ownDirectory, string directory)
    {
        this.app = app;
        this.ownDirectory = ownDirectory;
        Clock = clock;
        DataDirectory = directory;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new NemsClient(Address, (TimeProvider?)clock ?? TimeProvider.System);
    }

    public Uri Address { get; }

    public NemsClient Client { get; }

    /// <summary>Set when the test asked for a clock of its own.</summary>
    public FakeTimeProvider? Clock { get; }

    public string DataDirectory { get; }

    public IServiceProvider Services => app.Services;

    public IDeliveryStore Deliveries => Services.GetRequiredService<IDeliveryStore>();

    /// <param name="receivers">The subscribers that the registry must let the test organisations name.</param>
    /// <param name="clock">The clock of the service; null is the system's.</param>
    /// <param name="settings">Further settings as <c>Nems:X=Y</c>.</param>
    /// <param name="directory">A data directory to go on with; null is a new one.</param>
    /// <param name="configure">Replaces services.</param>
    /// <param name="ports">Further loopback ports at which the test organisations may receive.</param>
    public static async Task<NemsUnderTest> StartAsync(
        IEnumerable<FakeSubscriber> receivers, FakeTimeProvider? clock = null, IEnumerable<string>? settings = null, string? directory = null,
        Action<WebApplicationBuilder>? configure = null, IEnumerable<int>? ports = null)
    {
        var own = directory is null ? new TemporaryDirectory() : null;
        var root = directory ?? own!.Path;
        var registry = Path.Combine(root, "registry.json");
        TestRegistry.Write(registry, receivers.Select(receiver => receiver.Port).Concat(ports ?? []));
        string[] args =
        [
            "--environment", "Development", "--urls", "http://127.0.0.1:0", $"--Nems:DataDirectory={Path.Combine(root, "data")}", $"--Nems:RegistryFile={registry}",
            "--Logging:LogLevel:Default=Warning", .. (settings ?? []).Select(setting => "--" + setting),
        ];
        var app = NemsApi.Build(args, builder =>
        {
            if (clock is not null) builder.Services.AddSingleton<TimeProvider>(clock);
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new NemsUnderTest(app, clock, own, root);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        ownDirectory?.Dispose();
    }
}
