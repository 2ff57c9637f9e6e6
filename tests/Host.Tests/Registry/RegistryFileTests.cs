using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Nems.Core.Ports;
using Nems.Host.Tests.Auth;
using Nems.Hosting;

namespace Nems.Host.Tests.Registry;

public sealed class RegistryFileTests : IDisposable
{
    private const string First = """{ "nemsAsid": "1" }""";
    private const string Second = """{ "nemsAsid": "22" }""";
    private const string Broken = """{ "nemsAsid": "secret" }""";

    private readonly string folder = Directory.CreateTempSubdirectory("nems-registry-").FullName;
    private readonly FakeTimeProvider clock = new(ACall.Now);
    private readonly KeptLog<RegistryFile> log = new();

    private string Path => System.IO.Path.Combine(folder, "registry.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_changed_file_is_taken_up_within_two_seconds_with_a_higher_version()
    {
        using var registry = Open(First);
        var before = registry.Current;

        File.WriteAllText(Path, Second);
        clock.Advance(TimeSpan.FromSeconds(1));
        var tooSoon = registry.Current;
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Same(before, tooSoon);
        Assert.Equal("22", registry.Current.NemsAsid);
        Assert.True(registry.Current.Version > before.Version);
    }

    [Fact]
    public void A_file_that_did_not_change_is_not_read_again()
    {
        using var registry = Open(First);
        var before = registry.Current;

        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Same(before, registry.Current);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public void A_broken_file_keeps_the_old_registry_and_is_logged_once_without_its_contents()
    {
        using var registry = Open(First);

        File.WriteAllText(Path, Broken);
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("1", registry.Current.NemsAsid);
        var line = Assert.Single(log.Lines);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("nemsAsid: must be an ASID", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_file_that_is_mended_is_taken_up()
    {
        using var registry = Open(First);
        File.WriteAllText(Path, Broken);
        clock.Advance(TimeSpan.FromSeconds(2));

        File.WriteAllText(Path, Second);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("22", registry.Current.NemsAsid);
    }

    [Fact]
    public void A_file_that_goes_away_keeps_the_registry_and_is_taken_up_when_it_comes_back()
    {
        using var registry = Open(First);

        File.Delete(Path);
        clock.Advance(TimeSpan.FromSeconds(10));
        var without = registry.Current.NemsAsid;
        var lines = log.Lines.Count;
        File.WriteAllText(Path, Second);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(("1", 1), (without, lines));
        Assert.Equal("22", registry.Current.NemsAsid);
    }

    [Fact]
    public void A_link_that_is_turned_to_another_file_is_a_change()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right that is not always there.");
        var (one, two) = (System.IO.Path.Combine(folder, "one.json"), System.IO.Path.Combine(folder, "two.json"));
        File.WriteAllText(one, First);
        File.WriteAllText(two, Second);
        File.CreateSymbolicLink(Path, one);
        using var registry = Open();

        File.Delete(Path);
        File.CreateSymbolicLink(Path, two);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("22", registry.Current.NemsAsid);
    }

    [Fact]
    public void A_later_start_has_a_higher_version_than_any_before()
    {
        using var first = Open(First);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        using var second = Open(First);

        Assert.True(second.Current.Version > first.Current.Version);
    }

    [Fact]
    public void Every_mistake_is_in_the_one_refusal_of_the_start()
    {
        File.WriteAllText(Path, """{ "nemsAsid": "x", "colour": 1, "systems": [ { "asid": "y", "organisations": ["A83627"] } ] }""");

        var refusal = Assert.Throws<StartRefusedException>(() => Open());

        Assert.Equal(
            ["nemsAsid: must be an ASID: 1 to 20 digits", "systems[0].asid: must be an ASID: 1 to 20 digits", "colour: is not a member that the registry knows"],
            refusal.Mistakes);
        Assert.All(refusal.Mistakes, mistake => Assert.Contains(mistake, refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Outside_Development_an_unknown_member_is_a_warning()
    {
        using var registry = Open("""{ "nemsAsid": "1", "colour": 1 }""", "Production");

        Assert.Equal("1", registry.Current.NemsAsid);
        Assert.Equal(LogLevel.Warning, Assert.Single(log.Lines).Level);
    }

    [Fact]
    public void Outside_Development_a_wrong_value_is_still_refused()
    {
        Assert.Throws<StartRefusedException>(() => Open(Broken, "Production"));
    }

    [Fact]
    public void A_file_that_cannot_be_read_refuses_the_start_without_telling_its_path()
    {
        var refusal = Assert.Throws<StartRefusedException>(() => Open());

        Assert.Equal("Nems:RegistryFile: the file cannot be read", Assert.Single(refusal.Mistakes));
    }

    [Theory]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    public void Without_a_file_only_Development_takes_the_sample(string environment, bool starts)
    {
        RegistryFile Start() => new(Options.Create(new RegistryOptions()), new FakeEnvironment(environment), clock, log);

        if (!starts)
        {
            Assert.Equal("Nems:RegistryFile is required outside Development", Assert.Single(Assert.Throws<StartRefusedException>(Start).Mistakes));
            return;
        }

        using var registry = Start();
        Assert.Equal("111111111111", registry.Current.NemsAsid);
    }

    [Fact]
    public void The_registry_is_found_through_the_setting_and_the_content_root()
    {
        File.WriteAllText(Path, Second);
        var services = new ServiceCollection().AddLogging().AddNemsRegistry();
        services.AddSingleton<IHostEnvironment>(new FakeEnvironment("Production", folder));
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Nems:RegistryFile", "registry.json")]).Build());

        using var provider = services.BuildServiceProvider();

        Assert.Equal("22", provider.GetRequiredService<IRegistry>().Current.NemsAsid);
    }

    private RegistryFile Open(string? text = null, string environment = "Development")
    {
        if (text is not null) File.WriteAllText(Path, text);
        return new RegistryFile(Options.Create(new RegistryOptions { RegistryFile = Path }), new FakeEnvironment(environment), clock, log);
    }
}
