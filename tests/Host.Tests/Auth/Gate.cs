using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Nems.Api;
using Nems.Api.Tokens;
using Nems.Core.Ports;
using Nems.Core.Registry;
using Nems.Hosting;

namespace Nems.Host.Tests.Auth;

/// <summary>The code that knows callers, with a clock, a registry and a network of its own.</summary>
internal sealed class Gate : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SignedToken signed;
    private readonly RefusedCalls refused;
    private readonly Callers callers;

    public Gate(TokenScheme? scheme = null, string environment = "Development", Action<JsonObject>? system = null, string[]? audience = null, FakeHttp? http = null)
    {
        Clock = new FakeTimeProvider(ACall.Now);
        Registry = new FakeRegistry { Current = SnapshotOf(system) };
        Cache = new TokenCache(Clock);
        Used = new FakeUsedTokens();
        Log = new KeptLog<Callers>();
        var options = Options.Create(new AuthOptions { Scheme = scheme, Audience = audience ?? ["https://nems.example"] });
        var keys = new KeySets(Clock, NullLogger<KeySets>.Instance, new HttpMessageInvoker(http ?? new FakeHttp()));
        var place = new FakeEnvironment(environment);
        signed = new SignedToken(keys, Clock, options);
        refused = new RefusedCalls(Clock, services.GetRequiredService<IMeterFactory>(), RefusedLog);
        callers = new Callers(Registry, Used, signed, Cache, new PeerTrust(place), refused, Clock, options, place, Log);
    }

    public FakeTimeProvider Clock { get; }

    public FakeRegistry Registry { get; }

    public TokenCache Cache { get; }

    public FakeUsedTokens Used { get; }

    public KeptLog<Callers> Log { get; }

    public KeptLog<RefusedCalls> RefusedLog { get; } = new();

    /// <summary>A registry with the calling system (changed as asked) and one more of another organisation.</summary>
    public static RegistrySnapshot SnapshotOf(Action<JsonObject>? system = null, long version = 1)
    {
        var caller = JsonNode.Parse(
            """{ "asid": "200000000205", "organisations": ["T8T9T"], "subscribes": { "types": ["*"], "events": ["*"] } }""")!.AsObject();
        system?.Invoke(caller);
        var registry = new JsonObject
        {
            ["nemsAsid"] = ACall.Nems,
            ["systems"] = new JsonArray(caller, JsonNode.Parse("""{ "asid": "200000000307", "organisations": ["B86056", "C81001"] }""")),
        };
        var reading = RegistryReader.Read(Encoding.UTF8.GetBytes(registry.ToJsonString()), version);
        Assert.Empty(reading.Findings.Wrong);
        return reading.Snapshot!;
    }

    public async Task<CallerCheck> AskAsync(HttpContext context, CallKind call = CallKind.CreateSubscription) =>
        await callers.IdentifyAsync(context, call, TestContext.Current.CancellationToken);

    public Task<CallerCheck> AskAsync(string token, CallKind call = CallKind.CreateSubscription) => AskAsync(ACall.With(token), call);

    /// <summary>The answer where nothing has to be waited for.</summary>
    public CallerCheck AskNow(HttpContext context)
    {
        var asked = callers.IdentifyAsync(context, CallKind.CreateSubscription, CancellationToken.None);
        return asked.IsCompletedSuccessfully ? asked.Result : throw new InvalidOperationException("There was something to wait for.");
    }

    public void Dispose()
    {
        signed.Dispose();
        refused.Dispose();
        services.Dispose();
    }
}

internal sealed class FakeRegistry : IRegistry
{
    public required RegistrySnapshot Current { get; set; }
}
