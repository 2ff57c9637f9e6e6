using Microsoft.Extensions.Configuration;
using Nems.Core.Deliver;
using Nems.Core.Events;

namespace Nems.Host.Tests.Settings;

public sealed class SubscribeSettingsTests
{
    [Fact]
    public void The_life_cycle_of_an_event_type_is_read_from_settings()
    {
        var options = Section(EventLifeCycleOptions.Section, new()
        {
            ["Nems:Events:LifeCycle:vaccinations-1:DeprecatedFrom"] = "2026-06-01",
            ["Nems:Events:LifeCycle:vaccinations-1:WithdrawnFrom"] = "2027-06-01",
            ["Nems:Events:LifeCycle:vaccinations-1:MoreUrl"] = "https://nhs.example/more",
        }).Get<EventLifeCycleOptions>();

        var dates = Assert.Single(options!.LifeCycle).Value;
        Assert.Equal(new DateOnly(2026, 6, 1), dates.DeprecatedFrom);
        Assert.Null(dates.NoLongerSupportedFrom);
        Assert.Equal(new DateOnly(2027, 6, 1), dates.WithdrawnFrom);
        Assert.Equal(new Uri("https://nhs.example/more"), dates.MoreUrl);
    }

    [Fact]
    public void Exempt_hosts_are_read_from_settings()
    {
        var options = Section(EgressOptions.Section, new() { ["Nems:Egress:AllowHosts:0"] = "127.0.0.1:*" }).Get<EgressOptions>();

        Assert.Equal(["127.0.0.1:*"], options!.AllowHosts);
    }

    private static IConfigurationSection Section(string name, Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(name);
}
