using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Nems.Api;
using Nems.Core.Ports;
using Nems.CrashHost;
using Nems.Dispatcher;
using Nems.Hosting;

// The service as shipped, run and refused as shipped; it tells its parent where it listens, and ends itself where it is told to.
return await HostRun.RunAsync(
    () =>
    {
        var app = Array.IndexOf(args, "--crash:role=dispatcher") >= 0 ? NemsDispatcher.Build(args, Replace) : NemsApi.Build(args, Replace);
        app.Lifetime.ApplicationStarted.Register(() => Console.Out.WriteLine($"listening {app.Urls.First()}"));
        return app;
    },
    CancellationToken.None);

static void Replace(WebApplicationBuilder builder)
{
    var crash = builder.Configuration.GetSection("crash");
    if (crash["parent"] == "stdin") EndWithParent();
    if (crash["source-away-while"] is { } file) builder.Services.AddSingleton<IDemographics>(new SwitchedDemographics(file));
    if (crash["point"] is not { } point) return;

    var crashPoint = new CrashPoint(
        point, crash.GetValue("reach", 1),
        crash["marker"] ?? throw new InvalidOperationException("--crash:marker is missing"), crash["armed"]);
    builder.Services.AddSingleton<ICheckpoints>(crashPoint);
    var store = builder.Services.Last(service => service.ServiceType == typeof(IDeliveryStore)).ImplementationType
        ?? throw new InvalidOperationException("The delivery store is not registered by its type.");
    builder.Services.AddSingleton<IDeliveryStore>(provider =>
        new CountingDeliveryStore((IDeliveryStore)ActivatorUtilities.CreateInstance(provider, store), crashPoint));
}

// A test run that is itself killed leaves no service behind: its end of this pipe closes.
static void EndWithParent()
{
    var watch = new Thread(() =>
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        Process.GetCurrentProcess().Kill();
    })
    { IsBackground = true };
    watch.Start();
}
