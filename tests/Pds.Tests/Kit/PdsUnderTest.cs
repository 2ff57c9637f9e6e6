using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Ports;
using Nems.Testing;

namespace Nems.Pds.Tests.Kit;

/// <summary>The adapter as it is registered, against a fake PDS, on a clock of the tests' own or on the system's.</summary>
internal sealed class PdsUnderTest : IAsyncDisposable
{
    public const string ApiKey = "an-application-key";
    public const string KeyId = "test-1";

    private static readonly RSA Key = RSA.Create(2048);
    private readonly TemporaryDirectory directory = new();
    private readonly ServiceProvider services;

    public PdsUnderTest(bool onSystemClock = false, params string[] settings)
    {
        var file = directory.File("key.pem");
        File.WriteAllText(file, Key.ExportPkcs8PrivateKeyPem());
        var configuration = new Dictionary<string, string?>
        {
            [$"{PdsOptions.Section}:BaseUrl"] = Pds.BaseUrl,
            [$"{PdsOptions.Section}:TokenUrl"] = Pds.TokenUrl,
            [$"{PdsOptions.Section}:ApiKey"] = ApiKey,
            [$"{PdsOptions.Section}:KeyId"] = KeyId,
            [$"{PdsOptions.Section}:PrivateKeyFile"] = file,
            [$"{PdsOptions.Section}:Timeout"] = "00:00:10",
        };
        foreach (var setting in settings.Select(setting => setting.Split('=', 2))) configuration[$"{PdsOptions.Section}:{setting[0]}"] = setting[1];
        var collection = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build())
            .AddLogging(log => log.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs))
            .AddSingleton<TimeProvider>(onSystemClock ? TimeProvider.System : Clock)
            .AddSingleton(new ServiceKeys(new byte[32], new byte[32], new byte[32]))
            .AddSingleton<KeyedHash>()
            .AddPds();

        // On a clock that stands still a second call would never have its turn.
        if (!settings.Any(setting => setting.StartsWith("CallsPerSecond", StringComparison.Ordinal)))
            collection.AddSingleton(provider => new CallPace(TimeSpan.Zero, TimeSpan.FromSeconds(10), provider.GetRequiredService<TimeProvider>()));
        services = collection.BuildServiceProvider();
    }

    public static TimeSpan FiveMinutes { get; } = TimeSpan.FromMinutes(5);

    public FakePds Pds { get; } = new();

    public CapturingLogs Logs { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    public IDemographics Demographics => services.GetRequiredService<IDemographics>();

    /// <summary>The public half of the key that assertions are signed with.</summary>
    public static RSA PublicKey => Key;

    public static NhsNumber Number(string text) => NhsNumber.TryParse(text, out var number) ? number : throw new ArgumentException("not a number of the tests");

    public Task<DemographicsAnswer> AskAsync(string number = Patients.Jo, TimeSpan? notOlderThan = null, CancellationToken? cancel = null) =>
        Demographics.LookUpAsync(Number(number), notOlderThan ?? FiveMinutes, cancel ?? TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    public async Task<PatientRecord> FindAsync(string number = Patients.Jo, TimeSpan? notOlderThan = null) =>
        Assert.IsType<DemographicsAnswer.Found>(await AskAsync(number, notOlderThan)).Record;

    public async Task<TimeSpan?> GetsNothingAsync(string number = Patients.Jo) =>
        Assert.IsType<DemographicsAnswer.Unavailable>(await AskAsync(number)).RetryAfter;

    /// <summary>The end of the service, with PDS still there.</summary>
    public ValueTask StopAsync() => services.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Pds.Dispose();
        directory.Dispose();
    }
}
