using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nems.Api;
using Nems.Core.Ports;
using Nems.Hosting;

namespace Nems.Host.Tests.Auth;

public sealed class StartupRefusalsTests
{
    private const string Spine = "Nems:Auth:Scheme=Spine";
    private const string Signed = "Nems:Auth:Scheme=Signed";
    private const string Audience = "Nems:Auth:Audience:0=https://nems.example";
    private const string File = "Nems:RegistryFile=registry.json";

    [Theory]
    [InlineData("urls=http://127.0.0.1:5080")]
    [InlineData("urls=http://localhost:5080")]
    [InlineData("urls=http://[::1]:5080;http://127.0.0.2:5081")]
    [InlineData("urls=http://unix:/run/nems.sock")]
    [InlineData("")]
    [InlineData("urls=http://localhost:1|http_ports=8080")]
    [InlineData("urls=https://*:443|Kestrel:EndpointDefaults:ClientCertificateMode=RequireCertificate")]
    [InlineData("Kestrel:Endpoints:A:Url=https://*:443|Kestrel:Endpoints:A:ClientCertificateMode=RequireCertificate")]
    [InlineData("Kestrel:Endpoints:A:Url=https://*:443|Kestrel:EndpointDefaults:ClientCertificateMode=RequireCertificate")]
    [InlineData("Kestrel:Endpoints:A:Url=http://localhost:80|http_ports=8080|urls=http://*:80")]
    public void Unsigned_tokens_may_be_taken_on_loopback_or_with_certificates(string settings)
    {
        Assert.Empty(Of("Production", $"{Spine}|{File}|{settings}"));
    }

    [Theory]
    [InlineData("urls=http://0.0.0.0:5080", "urls")]
    [InlineData("urls=http://*:5080", "urls")]
    [InlineData("urls=http://+:5080", "urls")]
    [InlineData("urls=http://[::]:5080", "urls")]
    [InlineData("urls=http://nems.example:5080", "urls")]
    [InlineData("urls=http://localhost.example:5080", "urls")]
    [InlineData("urls=http://10.0.0.1:5080", "urls")]
    [InlineData("urls=http://localhost:1;http://*:2", "urls")]
    [InlineData("urls=https://*:443", "urls")]
    [InlineData("urls=nonsense", "urls")]
    [InlineData("http_ports=8080", "http_ports")]
    [InlineData("https_ports=8443", "https_ports")]
    [InlineData("urls=http://*:80|Kestrel:EndpointDefaults:ClientCertificateMode=RequireCertificate", "urls")]
    [InlineData("urls=https://*:443|Kestrel:EndpointDefaults:ClientCertificateMode=AllowCertificate", "urls")]
    [InlineData("Kestrel:Endpoints:A:Url=https://*:443", "Kestrel:Endpoints:A")]
    [InlineData("Kestrel:Endpoints:A:Port=443", "Kestrel:Endpoints:A")]
    [InlineData("Kestrel:Endpoints:A:Url=https://*:443|Kestrel:Endpoints:A:ClientCertificateMode=NoCertificate|Kestrel:EndpointDefaults:ClientCertificateMode=RequireCertificate",
        "Kestrel:Endpoints:A")]
    [InlineData("Kestrel:Endpoints:A:Url=https://*:443|Kestrel:Endpoints:A:ClientCertificateMode=RequireCertificate|Kestrel:Endpoints:A:Sni:a.example:ClientCertificateMode=NoCertificate",
        "Kestrel:Endpoints:A")]
    [InlineData("Kestrel:Endpoints:A:Url=http://localhost:80|urls=http://*:80|preferHostingUrls=true", "urls")]
    public void Unsigned_tokens_on_an_open_listener_refuse_the_start(string settings, string listener)
    {
        Assert.Equal($"{listener}: unsigned Spine tokens need a loopback listener, or https with ClientCertificateMode RequireCertificate",
            Assert.Single(Of("Production", $"{Spine}|{File}|{settings}")));
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        var mistakes = Of("Staging", "urls=http://*:80|Nems:Auth:Audience:0=nems.example");

        Assert.Equal(
            ["Nems:Auth:Scheme is required outside Development: Spine or Signed", "Nems:Auth:Audience:0 must be an absolute http or https address",
                "Nems:RegistryFile is required outside Development"],
            mistakes);
        Assert.Equal(3, Of("Production", $"{Spine}|urls=http://*:80;http://+:81").Count);
    }

    [Theory]
    [InlineData("Production", $"{Signed}|{File}|{Audience}|urls=http://*:80", null)]
    [InlineData("Production", $"{Signed}|{File}", "Nems:Auth:Audience is required for signed tokens outside Development: the public addresses of this service")]
    [InlineData("Production", $"{Signed}|{File}|{Audience}|Nems:Auth:Audience=https://nems.example", "Nems:Auth:Audience must be a list: Nems:Auth:Audience:0 and so on")]
    [InlineData("Production", $"Nems:Auth:Scheme=None|{File}", "Nems:Auth:Scheme must be Spine or Signed")]
    [InlineData("Development", "Nems:Auth:Scheme=0", "Nems:Auth:Scheme must be Spine or Signed")]
    [InlineData("Development", "", null)]
    [InlineData("Development", "urls=http://*:80", null)]
    [InlineData("Development", Signed, null)]
    public void The_scheme_brings_its_needs(string environment, string settings, string? mistake)
    {
        Assert.Equal(mistake is null ? [] : [mistake], Of(environment, settings));
    }

    [Fact]
    public async Task A_host_with_callers_refuses_to_start_by_itself()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Production" });
        builder.Services.AddCallers();
        builder.Services.AddSingleton<IRegistry>(new FakeRegistry { Current = Gate.SnapshotOf() });
        builder.Services.AddSingleton<IUsedTokens, FakeUsedTokens>();
        using var host = builder.Build();

        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(2, refusal.Mistakes.Count);
    }

    [Fact]
    public async Task What_AddCallers_registers_knows_a_caller()
    {
        var services = new ServiceCollection().AddLogging().AddCallers();
        services.AddSingleton<IConfiguration>(Configure("Nems:Auth:Scheme=Spine|Nems:Auth:Audience:0=https://nems.example"));
        services.AddSingleton<IHostEnvironment>(new FakeEnvironment("Development"));
        services.AddSingleton<IRegistry>(new FakeRegistry { Current = Gate.SnapshotOf() });
        services.AddSingleton<IUsedTokens, FakeUsedTokens>();
        services.AddSingleton<TimeProvider>(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(ACall.Now));
        await using var provider = services.BuildServiceProvider();

        var check = await provider.GetRequiredService<Callers>()
            .IdentifyAsync(ACall.With(ACall.Spine()), CallKind.CreateSubscription, TestContext.Current.CancellationToken);

        Assert.NotNull(check.Caller);
        Assert.Equal("https://nems.example", Assert.Single(provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<AuthOptions>>().Value.Audience));
    }

    private static IReadOnlyList<string> Of(string environment, string settings) => StartupRefusals.Of(Configure(settings), environment);

    private static IConfiguration Configure(string settings) => new ConfigurationBuilder().AddInMemoryCollection(
        settings.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2))
            .Select(parts => new KeyValuePair<string, string?>(parts[0], parts[1]))).Build();
}
