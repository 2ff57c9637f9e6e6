using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace Nems.Architecture.Tests;

/// <summary>Which project may know which: hosts → Hosting → adapters → Core, and each technology in its own place.</summary>
public sealed partial class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Channels"] = ["Core"],
        ["Embedded"] = ["Core"],
        ["Pds"] = ["Core"],
        ["Azure"] = ["Core"],
        ["Hosting"] = ["Core", "Channels", "Embedded", "Pds", "Azure"],
        ["Api"] = ["Hosting"],
        ["Dispatcher"] = ["Hosting"],
        ["Functions"] = ["Hosting"],
        // The command line speaks to the service over HTTP only; `nems serve` and the demonstration start the Api as it is.
        ["Cli"] = ["Api"],
    };

    // What Core may be made of: the runtime without its network and data libraries, abstractions, the mediator, FHIR.
    private static readonly string[] CorePackages =
        ["Hl7.Fhir.R4", "Mediator.Abstractions", "Mediator.SourceGenerator", "Microsoft.Extensions.DependencyInjection.Abstractions",
            "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options.ConfigurationExtensions", "Microsoft.Extensions.Options.DataAnnotations"];

    private static readonly string[] NotInCore =
        ["Nems.", "Microsoft.AspNetCore", "Microsoft.Data", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Http", "System.Net.Sockets",
            "System.Net.Security", "System.Net.NameResolution", "System.Data", "SQLite", "Azure.", "Microsoft.Azure", "Polly", "Serilog", "NSec"];

    // Not System.Net.Http.Headers: the grammar of a media type is no network.
    private static readonly string[] NamespacesNotInCore =
        ["System.Net", "System.Net.Http", "System.Net.Sockets", "System.Net.Security", "System.Net.WebSockets", "System.Data", "System.Data.Common", "Microsoft.Data.Sqlite"];

    [Fact]
    public void Every_project_references_only_those_below_it()
    {
        foreach (var (name, project) in Sources.Projects)
        {
            Assert.True(Allowed.TryGetValue(name, out var allowed), $"src/{name} is new: say here what it may reference");
            Assert.Empty(project.Projects.Except(allowed));
        }
    }

    [Fact]
    public void Core_is_made_of_no_network_database_or_web_package()
    {
        var core = Sources.Projects["Core"];

        Assert.Empty(core.Packages.Except(CorePackages));
        Assert.Empty(core.Frameworks);
    }

    [Fact]
    public void Core_uses_no_assembly_of_an_adapter_the_network_a_database_or_the_web()
    {
        var used = typeof(Nems.Core.CoreServices).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!).ToArray(); // a reference has a name

        Assert.NotEmpty(used);
        Assert.DoesNotContain(used, name => NotInCore.Any(banned => name.StartsWith(banned, StringComparison.Ordinal)));
    }

    [Fact]
    public void Core_uses_no_type_of_the_network_or_a_database()
    {
        using var file = new PEReader(File.OpenRead(typeof(Nems.Core.CoreServices).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var used = metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => (Namespace: metadata.GetString(type.Namespace), Name: metadata.GetString(type.Name))).ToArray();

        Assert.Contains(("System", "TimeProvider"), used);
        Assert.DoesNotContain(used, type => NamespacesNotInCore.Contains(type.Namespace));
    }

    [Theory]
    [InlineData(typeof(Nems.Channels.ChannelServices))]
    [InlineData(typeof(Nems.Embedded.EmbeddedServices))]
    [InlineData(typeof(Nems.Pds.PdsServices))]
    public void An_adapter_uses_no_other_adapter_and_no_web_framework(Type adapter)
    {
        var used = adapter.Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!); // a reference has a name

        Assert.DoesNotContain(used, name => name is "Nems.Channels" or "Nems.Embedded" or "Nems.Pds" or "Nems.Azure" or "Nems.Hosting" or "Nems.Api");
        Assert.DoesNotContain(used, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || name.StartsWith("Hl7.", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_Fhir_folder_of_Core_names_a_Firely_type()
    {
        var files = Sources.Files.Where(file => FirelyName().IsMatch(file.Text)).Select(file => file.Path).ToArray();

        Assert.NotEmpty(files);
        Assert.All(files, path => Assert.StartsWith("Core/Fhir/", path, StringComparison.Ordinal));
    }

    [Fact]
    public void No_member_outside_the_Fhir_namespace_shows_a_Firely_type()
    {
        var shown =
            from type in typeof(Nems.Core.CoreServices).Assembly.GetTypes()
            where type.Namespace is null || !type.Namespace.StartsWith("Nems.Core.Fhir", StringComparison.Ordinal)
            from member in type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where TypesIn(member).Any(named => named.Namespace?.StartsWith("Hl7.", StringComparison.Ordinal) == true)
            select $"{type.FullName}.{member.Name}";

        Assert.Empty(shown);
    }

    [Fact]
    public void Serilog_is_named_in_Hosting_alone()
    {
        var byPackage = Sources.Projects.Where(project => project.Value.Packages.Any(package => package.StartsWith("Serilog", StringComparison.Ordinal)));
        var byName = Sources.Files.Where(file => SerilogName().IsMatch(file.Text)).Select(file => file.Project).Distinct();

        Assert.Equal(["Hosting"], byPackage.Select(project => project.Key));
        Assert.Equal(["Hosting"], byName);
    }

    private static IEnumerable<Type> TypesIn(MemberInfo member) => member switch
    {
        FieldInfo field => Parts(field.FieldType),
        PropertyInfo property => Parts(property.PropertyType),
        MethodInfo method => method.GetParameters().SelectMany(parameter => Parts(parameter.ParameterType)).Concat(Parts(method.ReturnType))
            .Concat(method.GetMethodBody()?.LocalVariables.SelectMany(local => Parts(local.LocalType)) ?? []),
        ConstructorInfo constructor => constructor.GetParameters().SelectMany(parameter => Parts(parameter.ParameterType)),
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type) => type.GetGenericArguments().SelectMany(Parts).Append(type.GetElementType() is { } element ? element : type);

    [GeneratedRegex(@"\bHl7\.")]
    private static partial Regex FirelyName();

    [GeneratedRegex(@"\bSerilog\b")]
    private static partial Regex SerilogName();
}
