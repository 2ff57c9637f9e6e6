using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Nems.Hosting;

/// <summary>Refuses the start before anything else starts, wherever a host forgot to ask <see cref="StartupRefusals"/> itself.</summary>
public sealed class StartupGate(IConfiguration configuration, IHostEnvironment environment) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        StartupRefusals.ThrowIfAny(configuration, environment.EnvironmentName);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
