using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nems.Channels.Tests.Kit;
using Nems.Channels.Webhook;
using Nems.Core.Deliver;
using Nems.Core.Keys;
using Nems.Core.Ports;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Nems.Channels.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task The_registered_channel_delivers_to_an_allow_listed_subscriber()
    {
        using var subscriber = WireMockServer.Start();
        subscriber.Given(Request.Create().WithPath("/in").UsingPost()).RespondWith(Response.Create().WithStatusCode(200));
        await using var services = Services(("Nems:Egress:AllowHosts:0", "localhost:*"));
        var channel = services.GetServices<IDeliveryChannel>().Single(one => one.Kind == ChannelKind.Webhook);

        var answer = await channel.SendAsync(AMessage.To($"http://localhost:{subscriber.Port}/in"), TestContext.Current.CancellationToken);

        Assert.Equal(Answer.Ok, answer);
        var entry = Assert.Single(subscriber.LogEntries);
        Assert.Equal(AMessage.Body, entry.RequestMessage!.BodyAsBytes);
    }

    [Fact]
    public async Task Without_settings_loopback_is_refused()
    {
        using var subscriber = WireMockServer.Start();
        await using var services = Services();
        var channel = services.GetRequiredService<IDeliveryChannel>();

        var answer = await channel.SendAsync(AMessage.To($"http://localhost:{subscriber.Port}/in"), TestContext.Current.CancellationToken);

        Assert.Equal(new Answer(AttemptOutcome.Unreachable, Reason: "endpoint-refused"), answer);
        Assert.Empty(subscriber.LogEntries);
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("-00:00:20")]
    [InlineData("01:00:00")]
    public void A_deadline_out_of_range_is_refused_at_start(string timeout)
    {
        using var services = Services(("Nems:Webhook:Timeout", timeout));

        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
    }

    [Fact]
    public void The_key_set_is_there_to_be_published()
    {
        using var services = Services();

        Assert.StartsWith("whpk_", services.GetRequiredService<WebhookKeySet>().PublicKey, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => logging.ClearProviders())
            .AddSingleton<IEndpointSecrets, FakeSecrets>()
            .AddSingleton(new ServiceKeys(new byte[32], new byte[32], ChannelUnderTest.Seed))
            .AddNemsChannels()
            .BuildServiceProvider(validateScopes: true);
    }
}
