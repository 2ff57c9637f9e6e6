using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Nems.Core.Demographics;
using Nems.Core.Ports;
using Nems.Hosting;
using Nems.Testing;

namespace Nems.Pds.Tests;

/// <summary>Which source the setting chooses, and which mistakes refuse a start.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData(null, typeof(MessageOnly))]
    [InlineData("Message", typeof(MessageOnly))]
    [InlineData("table", typeof(TableDemographics))]
    [InlineData("Pds", typeof(PdsDemographics))]
    public async Task The_setting_chooses_the_source(string? source, Type adapter)
    {
        using var directory = new TemporaryDirectory();
        await using var nems = await NemsUnderTest.StartAsync([], settings: [.. Good(directory).Select(pair => $"{pair.Key}={pair.Value}"), .. source is null ? (string[])[] : [$"{DemographicsServices.SourceSetting}={source}"]]);

        Assert.IsType(adapter, nems.Services.GetRequiredService<IDemographics>());
    }

    [Fact]
    public async Task Without_a_source_nobody_has_a_record_and_nothing_is_asked()
    {
        var answer = await new MessageOnly().LookUpAsync(Kit.PdsUnderTest.Number(Patients.Jo), TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.IsType<DemographicsAnswer.NoRecord>(answer);
        Assert.False(new MessageOnly().IsConfigured);
    }

    [Fact]
    public void An_unknown_source_refuses_the_start()
    {
        var refusal = Assert.Throws<StartRefusedException>(() => new ServiceCollection().AddNemsDemographics(Configuration(new() { [DemographicsServices.SourceSetting] = "Sheet" })));

        Assert.Contains("Nems:Demographics:Source must be Message, Table or Pds", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PDS_without_settings_refuses_the_start_with_every_mistake()
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => NemsUnderTest.StartAsync([], settings: [$"{DemographicsServices.SourceSetting}=Pds"]));

        foreach (var setting in new[] { "BaseUrl", "TokenUrl", "ApiKey", "KeyId", "PrivateKeyFile" })
            Assert.Contains(refusal.Failures, failure => failure.StartsWith($"Nems:Demographics:Pds:{setting} ", StringComparison.Ordinal));
        Assert.Equal(5, refusal.Failures.Count());
    }

    [Theory]
    [InlineData("BaseUrl", "http://api.service.nhs.uk/personal-demographics/FHIR/R4")]
    [InlineData("BaseUrl", "ftp://127.0.0.1/")]
    [InlineData("BaseUrl", "/FHIR/R4")]
    [InlineData("BaseUrl", "https://api.example/FHIR/R4?tenant=1")]
    [InlineData("BaseUrl", "https://user:word@api.example/FHIR/R4")]
    [InlineData("TokenUrl", "http://api.service.nhs.uk/oauth2/token")]
    [InlineData("ApiKey", "with a space")]
    [InlineData("KeyId", "")]
    [InlineData("CallsPerSecond", "0")]
    [InlineData("CallsPerSecond", "1001")]
    [InlineData("Timeout", "00:00:00")]
    [InlineData("Timeout", "00:02:00")]
    [InlineData("CacheFor", "-00:00:01")]
    [InlineData("CacheFor", "02:00:00")]
    [InlineData("PrivateKeyFile", "no-such-file.pem")]
    public void A_mistake_in_a_setting_is_named_without_its_value(string setting, string value)
    {
        using var directory = new TemporaryDirectory();
        var settings = Good(directory);
        settings[$"{PdsOptions.Section}:{setting}"] = value;

        var failure = Assert.Single(FailuresOf(settings));

        Assert.StartsWith($"{PdsOptions.Section}:{setting} ", failure, StringComparison.Ordinal);
        if (value.Length > 5) Assert.DoesNotContain(value, failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Good_settings_have_no_mistake()
    {
        using var directory = new TemporaryDirectory();

        Assert.Empty(FailuresOf(Good(directory)));
    }

    public static TheoryData<string, string> BadKeys => new()
    {
        { "not a key at all", "does not hold" },
        { RSA.Create(1024).ExportPkcs8PrivateKeyPem(), "fewer than" },
        { RSA.Create(2048).ExportSubjectPublicKeyInfoPem(), "does not hold" },
        { ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem(), "does not hold" },
        { RSA.Create(2048).ExportEncryptedPkcs8PrivateKeyPem("word", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)), "does not hold" },
    };

    [Theory]
    [MemberData(nameof(BadKeys))]
    public void A_key_that_cannot_sign_is_refused_and_not_quoted(string pem, string why)
    {
        using var directory = new TemporaryDirectory();
        var settings = Good(directory);
        File.WriteAllText(settings[$"{PdsOptions.Section}:PrivateKeyFile"]!, pem);

        var failure = Assert.Single(FailuresOf(settings));

        Assert.Contains(why, failure, StringComparison.Ordinal);
        Assert.DoesNotContain(pem[..16], failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_is_ready_while_PDS_is_away()
    {
        using var directory = new TemporaryDirectory();
        await using var nems = await NemsUnderTest.StartAsync(
            [], settings: [.. Good(directory).Select(pair => $"{pair.Key}={pair.Value}"), $"{DemographicsServices.SourceSetting}=Pds"]);
        Assert.IsType<DemographicsAnswer.Unavailable>(await nems.Services.GetRequiredService<IDemographics>()
            .LookUpAsync(Kit.PdsUnderTest.Number(Patients.Jo), TimeSpan.Zero, TestContext.Current.CancellationToken));

        using var ready = await nems.Client.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)ready.StatusCode);
        await nems.Client.PublishAsync(Message.Sample("newborn-hearing-1.new.xml"));
    }

    private static Dictionary<string, string?> Good(TemporaryDirectory directory)
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(directory.File("key.pem"), key.ExportRSAPrivateKeyPem());
        return new()
        {
            [$"{PdsOptions.Section}:BaseUrl"] = "http://127.0.0.1:1/FHIR/R4",
            [$"{PdsOptions.Section}:TokenUrl"] = "http://127.0.0.1:1/oauth2/token",
            [$"{PdsOptions.Section}:ApiKey"] = "key",
            [$"{PdsOptions.Section}:KeyId"] = "kid",
            [$"{PdsOptions.Section}:PrivateKeyFile"] = directory.File("key.pem"),
        };
    }

    private static IEnumerable<string> FailuresOf(Dictionary<string, string?> settings)
    {
        var options = new PdsOptions();
        Configuration(settings).GetSection(PdsOptions.Section).Bind(options);
        return new PdsOptionsValidator().Validate(null, options).Failures ?? [];
    }

    private static IConfiguration Configuration(Dictionary<string, string?> settings) => new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
}
