using System.Text.Json.Nodes;
using Nems.Testing;

namespace Nems.Journey.Tests.Http;

/// <summary>One service for all tests of a class. Its registry has, beside the usual ones, a publisher of one event type alone.</summary>
public class ServiceFixture : IAsyncLifetime
{
    /// <summary>Publishes newborn hearing and nothing else.</summary>
    public const string LimitedSupplier = "200000000162";

    private readonly TemporaryDirectory directory = new();
    private NemsUnderTest? nems;

    public NemsUnderTest Nems => nems ?? throw new InvalidOperationException("Not started.");

    public Uri Address => Nems.Address;

    public async ValueTask InitializeAsync() => nems = await StartAsync(directory, Settings, ChangeRegistry);

    public async ValueTask DisposeAsync()
    {
        if (nems is not null) await nems.DisposeAsync();
        directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A service whose registry the test has changed.</summary>
    public static Task<NemsUnderTest> StartAsync(TemporaryDirectory directory, IEnumerable<string> settings, Action<JsonArray> changeSystems)
    {
        var path = directory.File("changed-registry.json");
        TestRegistry.Write(path, []);
        var registry = JsonNode.Parse(File.ReadAllText(path))!;
        changeSystems(registry["systems"]!.AsArray());
        File.WriteAllText(path, registry.ToJsonString());
        return NemsUnderTest.StartAsync([], settings: [$"Nems:RegistryFile={path}", .. settings], directory: directory.Path);
    }

    protected virtual IEnumerable<string> Settings => [];

    protected virtual void ChangeRegistry(JsonArray systems) => systems.Add(JsonNode.Parse(
        $$"""{ "asid": "{{LimitedSupplier}}", "name": "A small publisher", "organisations": ["A83627"], "publishes": ["newborn-hearing-1"], "pds": false, "scheme": "Spine" }"""));
}
