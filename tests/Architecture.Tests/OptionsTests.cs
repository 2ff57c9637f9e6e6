using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Nems.Api;
using Nems.Testing;

namespace Nems.Architecture.Tests;

/// <summary>Every options class is checked at start.</summary>
public sealed class OptionsTests
{
    // Checked elsewhere, and why.
    private static readonly Dictionary<string, string> CheckedElsewhere = new()
    {
        ["AuthOptions"] = "StartupRefusals reads it with the listeners, and lists all mistakes at once before anything starts",
        ["PdsOptions"] = "checked at start where PDS is the source, which it is not without settings; the tests of PDS prove it",
        ["RegistryOptions"] = "the registry reader opens the file at start, and refuses with every mistake in it",
    };

    [Fact]
    public async Task Every_options_class_has_a_validator_or_a_reason_and_is_read_at_start()
    {
        Type[] options = [.. Assemblies().SelectMany(assembly => assembly.GetTypes()).Where(IsOptions)];
        var services = new ServiceCollection();
        using var directory = new TemporaryDirectory();
        await using var app = NemsApi.Build(
            ["--environment", "Development", "--urls", "http://127.0.0.1:0", $"--Nems:DataDirectory={directory.Path}"],
            builder =>
            {
                foreach (var service in builder.Services) ((ICollection<ServiceDescriptor>)services).Add(service);
            });

        Assert.True(options.Length >= 8, $"only {options.Length} options classes were found");
        foreach (var type in options)
        {
            var hasValidator = services.Any(service => service.ServiceType == typeof(IValidateOptions<>).MakeGenericType(type));
            Assert.True(hasValidator != CheckedElsewhere.ContainsKey(type.Name), hasValidator ? $"{type.Name} needs no reason any more" : $"{type.Name} has neither a validator nor a reason");
        }
    }

    [Fact]
    public void Every_section_is_one_of_ours()
    {
        var sections = Assemblies().SelectMany(assembly => assembly.GetTypes()).Where(IsOptions).Select(type => (string)type.GetField("Section")!.GetRawConstantValue()!); // IsOptions saw it

        Assert.All(sections, section => Assert.Matches("^Nems(:[A-Z][A-Za-z]+)*$", section));
    }

    private static Assembly[] Assemblies() =>
    [
        typeof(Nems.Core.CoreServices).Assembly, typeof(Nems.Channels.ChannelServices).Assembly, typeof(Nems.Embedded.EmbeddedServices).Assembly, typeof(Nems.Pds.PdsServices).Assembly,
        typeof(Nems.Hosting.NemsHost).Assembly, typeof(NemsApi).Assembly, typeof(Nems.Dispatcher.NemsDispatcher).Assembly,
    ];

    private static bool IsOptions(Type type) =>
        type is { IsClass: true } && type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetField("Section") is { IsLiteral: true };
}
