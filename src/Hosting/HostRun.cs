using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Events;

namespace Nems.Hosting;

/// <summary>Runs a host and turns a refusal to start into words on standard error and an exit code.</summary>
public static class HostRun
{
    /// <summary>0 when it ended in order, 1 when it refused to start. The words of a refusal name settings, never their secrets.</summary>
    public static async Task<int> RunAsync(Func<WebApplication> build, CancellationToken cancel)
    {
        try
        {
            await using var app = build();
            await app.RunAsync(cancel);
            return 0;
        }
        catch (Exception refusal) when (refusal is StartRefusedException or InvalidOperationException or OptionsValidationException or IOException)
        {
            using var words = new LoggerConfiguration()
                .WriteTo.Console(outputTemplate: "{Message:l}{NewLine}", standardErrorFromLevel: LogEventLevel.Verbose)
                .CreateLogger();
            words.Fatal("{Refusal:l}", refusal.Message);
            return 1;
        }
    }
}
