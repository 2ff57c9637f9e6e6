using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Nems.Core.Events;
using Nems.Core.Registry;
using Nems.Hosting;

namespace Nems.Host.Tests.Registry;

public sealed class RegistryReaderTests
{
    /// <summary>The registry of the documentation, but for the operator's key.</summary>
    private const string Documented = """
        {
          "nemsAsid": "111111111111",
          "systems": [
            { "asid": "200000000161", "name": "A publisher", "organisations": ["A83627"],
              "publishes": ["newborn-hearing-1", "nipe-outcome-1"], "pds": false,
              "subscribes": { "types": ["explicit", "generic"], "events": ["*"] },
              "scheme": "Spine", "certificateThumbprints": [], "jwksUri": null }
          ],
          "organisations": [
            { "ods": "T8T9T", "name": "A child health service", "webhookHosts": ["127.0.0.1:18777", "hooks.example.nhs.uk"] }
          ],
          "mailboxes": [
            { "id": "T8T9TOT001", "organisation": "T8T9T", "workflowIds": ["*"], "kind": "local", "password": "password", "sharedKey": "TestKey" },
            { "id": "RR8OT001", "organisation": "RR8", "workflowIds": ["*"], "kind": "mesh" }
          ],
          "operators": [ { "name": "ops", "keySha256": "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "roles": ["operator"] } ]
        }
        """;

    [Fact]
    public void The_documented_registry_is_read_member_by_member()
    {
        var reading = Read(Documented);

        Assert.Empty(reading.Findings.Wrong);
        Assert.Empty(reading.Findings.Unknown);
        var registry = reading.Snapshot!;
        Assert.Equal("111111111111", registry.NemsAsid);
        Assert.True(registry.TrySystem("200000000161", out var system));
        Assert.Equal((true, true, false), (system.MayPublish(EventType.Nipe), system.MayPublish(EventType.NewbornHearing), system.MayPublish(EventType.Vaccinations)));
        Assert.Equal((true, true), (system.MaySubscribeExplicitly, system.MaySubscribeByRule));
        Assert.All(EventType.All, type => Assert.True(system.MaySubscribeTo(type)));
        Assert.Equal((TokenScheme.Spine, "RS512", false), (system.Scheme, system.Algorithm, system.TokensAreReusable));
        Assert.True(registry.TryOrganisation("T8T9T", out var organisation));
        Assert.True(organisation.Allows(new Uri("http://127.0.0.1:18777/hook")));
        Assert.True(registry.TryMailbox("T8T9TOT001", out var mailbox));
        Assert.Equal((true, "password", "TestKey"), (mailbox.IsLocal, mailbox.Password, mailbox.SharedKey));
        Assert.True(registry.TryMailbox("RR8OT001", out var remote));
        Assert.False(remote.IsLocal);
        Assert.Equal("ops", Assert.Single(registry.Operators).Name);
    }

    [Fact]
    public void The_sample_that_ships_is_without_mistake_and_knows_the_sample_systems()
    {
        var reading = RegistryReader.Read(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "registry.sample.json")), version: 1);

        Assert.Empty(reading.Findings.Wrong);
        Assert.Empty(reading.Findings.Unknown);
        Assert.True(reading.Snapshot!.TrySystem("200000000161", out var supplier));
        Assert.True(reading.Snapshot.TrySystem("477121000323", out var pds));
        Assert.Equal(EventType.All.Where(type => !type.IsPds), EventType.All.Where(supplier.MayPublish));
        Assert.Equal(EventType.All.Where(type => type.IsPds), EventType.All.Where(pds.MayPublish));
        Assert.True(reading.Snapshot.TrySystem("200000000205", out var childHealth));
        Assert.True(reading.Snapshot.TrySystem("200000000307", out var practice));
        Assert.Equal(("T8T9T", "B86056"), (childHealth.Organisations.Single(), practice.Organisations.Single()));
        Assert.True(reading.Snapshot.TryMailbox("T8T9TOT001", out _));

        // The key that the command line sends unless told otherwise.
        var known = Assert.Single(reading.Snapshot.Operators);
        Assert.Equal(Convert.ToHexString(SHA256.HashData("development-operator-key"u8)), known.KeySha256);
    }

    [Theory]
    [InlineData("nemsAsid", null, "nemsAsid: is required")]
    [InlineData("nemsAsid", "\"11x\"", "nemsAsid: must be an ASID: 1 to 20 digits")]
    [InlineData("systems", "{}", "systems: must be a list")]
    [InlineData("systems.0", "7", "systems[0]: must be an object")]
    [InlineData("systems.0.asid", null, "systems[0].asid: is required")]
    [InlineData("systems.0.asid", "200000000161", "systems[0].asid: must be a text that is not empty")]
    [InlineData("systems.0.asid", "\"A1\"", "systems[0].asid: must be an ASID: 1 to 20 digits")]
    [InlineData("systems.0.organisations", "[]", "systems[0].organisations: must name at least one organisation")]
    [InlineData("systems.0.organisations", "[\"T8T9T\", \"T-1\"]", "systems[0].organisations[1]: must be an ODS code: 3 to 10 letters or digits")]
    [InlineData("systems.0.publishes", "[\"newborn-hearing-2\"]", "systems[0].publishes[0]: must be an event code or *")]
    [InlineData("systems.0.publishes", "[\"pds-birth-notification-1\"]", "systems[0].publishes: may name pds-* events only on a system with \"pds\": true")]
    [InlineData("systems.0.pds", "\"yes\"", "systems[0].pds: must be true or false")]
    [InlineData("systems.0.subscribes", "[]", "systems[0].subscribes: must be an object")]
    [InlineData("systems.0.subscribes", "{ \"types\": [\"both\"] }", "systems[0].subscribes.types[0]: must be explicit, generic or *")]
    [InlineData("systems.0.subscribes", "{ \"events\": [7] }", "systems[0].subscribes.events[0]: must be an event code or *")]
    [InlineData("systems.0.scheme", "\"spine\"", "systems[0].scheme: must be one of Spine, Signed")]
    [InlineData("systems.0.scheme", "\"Signed\"", "systems[0].scheme: Signed needs jwks or jwksUri")]
    [InlineData("systems.0.jwksUri", "\"http://keys.example\"", "systems[0].jwksUri: must be an absolute https address without user name")]
    [InlineData("systems.0.jwksUri", "\"https://a:b@keys.example\"", "systems[0].jwksUri: must be an absolute https address without user name")]
    [InlineData("systems.0.jwksUri", "\"/keys\"", "systems[0].jwksUri: must be an absolute https address without user name")]
    [InlineData("systems.0.jwks", "{ \"keys\": [] }", "systems[0].jwks: must be a JSON Web Key Set of public RSA or EC keys, with nothing private in it")]
    [InlineData("systems.0.jwks", "{ \"keys\": [{ \"kty\": \"oct\" }] }", "systems[0].jwks: must be a JSON Web Key Set of public RSA or EC keys, with nothing private in it")]
    [InlineData("systems.0.jwks", "{ \"keys\": [{ \"kty\": \"RSA\", \"d\": \"AA\" }] }", "systems[0].jwks: must be a JSON Web Key Set of public RSA or EC keys, with nothing private in it")]
    [InlineData("systems.0.algorithm", "\"none\"", "systems[0].algorithm: must be one of RS512, RS256, ES256")]
    [InlineData("systems.0.algorithm", "\"HS256\"", "systems[0].algorithm: must be one of RS512, RS256, ES256")]
    [InlineData("systems.0.tokens", "\"many\"", "systems[0].tokens: must be one of single-use, reusable")]
    [InlineData("systems.0.certificateThumbprints", "[\"AA:BB\"]", "systems[0].certificateThumbprints[0]: must be a SHA-256 in hexadecimal: 64 digits")]
    [InlineData("organisations.0.ods", "\"T\"", "organisations[0].ods: must be an ODS code: 3 to 10 letters or digits")]
    [InlineData("organisations.0.webhookHosts", "[\"https://hooks.example\"]", "organisations[0].webhookHosts[0]: must be a host, or host and port, in lower case: no scheme, no path")]
    [InlineData("organisations.0.webhookHosts", "[\"hooks.example:0\"]", "organisations[0].webhookHosts[0]: must be a host, or host and port, in lower case: no scheme, no path")]
    [InlineData("organisations.0.webhookHosts", "[\"*\"]", "organisations[0].webhookHosts[0]: must be a host, or host and port, in lower case: no scheme, no path")]
    [InlineData("mailboxes.0.id", "\"T8 T9\"", "mailboxes[0].id: must be a mailbox id: 3 to 30 letters or digits")]
    [InlineData("mailboxes.0.kind", "\"remote\"", "mailboxes[0].kind: must be one of mesh, local")]
    [InlineData("mailboxes.0.kind", null, "mailboxes[0].kind: is required")]
    [InlineData("mailboxes.0.password", null, "mailboxes[0].password: is required")]
    [InlineData("mailboxes.0.sharedKey", "\"\"", "mailboxes[0].sharedKey: must be a text that is not empty")]
    [InlineData("mailboxes.0.workflowIds", "[\"\"]", "mailboxes[0].workflowIds[0]: must be a workflow id or *")]
    [InlineData("operators.0.keySha256", "\"secret\"", "operators[0].keySha256: must be a SHA-256 in hexadecimal: 64 digits")]
    [InlineData("operators.0.roles", "[\"Operator!\"]", "operators[0].roles[0]: must be a role in lower case, or *")]
    public void A_wrong_value_is_told_with_its_place(string path, string? json, string mistake)
    {
        var reading = Read(With(path, json));

        Assert.Equal(mistake, Assert.Single(reading.Findings.Wrong));
        Assert.Null(reading.Snapshot);
    }

    [Theory]
    [InlineData("colour", "1", "colour: is not a member that the registry knows")]
    [InlineData("systems.0.colour", "1", "systems[0].colour: is not a member that the registry knows")]
    [InlineData("systems.0.subscribes", "{ \"colour\": 1 }", "systems[0].subscribes.colour: is not a member that the registry knows")]
    [InlineData("mailboxes.0.9912003888 Jane", "1", "mailboxes[0].(a member): is not a member that the registry knows")]
    [InlineData("mailboxes.0.organisation", "\"ZZ9\"", "mailboxes[0].organisation: is neither in organisations nor one that a system acts for")]
    public void What_the_registry_does_not_know_is_told_apart_from_what_is_wrong(string path, string json, string mistake)
    {
        var reading = Read(With(path, json));

        Assert.Equal(mistake, Assert.Single(reading.Findings.Unknown));
        Assert.NotNull(reading.Snapshot);
    }

    [Theory]
    [InlineData("systems")]
    [InlineData("organisations")]
    [InlineData("mailboxes")]
    [InlineData("operators")]
    public void An_entry_listed_twice_is_a_mistake(string member)
    {
        var registry = JsonNode.Parse(Documented)!;
        var list = registry[member]!.AsArray();
        list.Add(list[0]!.DeepClone());

        var reading = Read(registry.ToJsonString());

        Assert.Equal($"{member}[{list.Count - 1}]: is listed twice", Assert.Single(reading.Findings.Wrong));
    }

    [Fact]
    public void Both_ways_of_giving_keys_at_once_is_a_mistake()
    {
        var registry = JsonNode.Parse(With("systems.0.jwksUri", "\"https://keys.example\""))!;
        registry["systems"]![0]!["jwks"] = JsonNode.Parse("""{ "keys": [{ "kty": "RSA", "n": "AA", "e": "AA" }] }""");

        var reading = Read(registry.ToJsonString());

        Assert.Equal("systems[0].jwks: cannot stand beside jwksUri: give one of them", Assert.Single(reading.Findings.Wrong));
    }

    [Fact]
    public void All_mistakes_are_told_at_once_and_no_value_is_quoted()
    {
        var reading = Read("""
            { "nemsAsid": "Jane", "colour": "Jane", "systems": [ { "asid": "Jane", "organisations": ["J-ne"], "publishes": ["Jane"], "scheme": "Jane" } ],
              "mailboxes": [ { "id": "J-ne", "organisation": "J-ne", "kind": "Jane" } ], "operators": [ { "keySha256": "Jane" } ] }
            """);

        Assert.Equal(10, reading.Findings.Wrong.Count);
        Assert.Single(reading.Findings.Unknown);
        Assert.DoesNotContain(reading.Findings.Wrong, mistake => mistake.Contains("Jane", StringComparison.Ordinal) || mistake.Contains("J-ne", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{ "nemsAsid": "1", "nemsAsid": "2" }""")]
    [InlineData("""{ "nemsAsid": "\ud800" }""")]
    public void What_is_no_JSON_is_one_mistake(string text)
    {
        var reading = Read(text);

        Assert.StartsWith("(root): is not well-formed JSON", Assert.Single(reading.Findings.Wrong), StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_are_kept_in_one_letter_case_and_a_byte_order_mark_is_no_matter()
    {
        var reading = Read("\uFEFF" + With("systems.0.organisations", "[\"a83627\"]"));

        Assert.True(reading.Snapshot!.TrySystem("200000000161", out var system));
        Assert.Equal("A83627", Assert.Single(system.Organisations));
    }

    private static RegistryReading Read(string json) => RegistryReader.Read(Encoding.UTF8.GetBytes(json), version: 1);

    /// <summary>The documented registry with one place changed, or taken out.</summary>
    private static string With(string path, string? json)
    {
        var registry = JsonNode.Parse(Documented)!;
        var steps = path.Split('.');
        var owner = steps[..^1].Aggregate(registry, (node, step) => (int.TryParse(step, out var index) ? node[index] : node[step])!);
        var value = json is null ? null : JsonNode.Parse(json);
        if (int.TryParse(steps[^1], out var last)) owner[last] = value;
        else if (json is null) owner.AsObject().Remove(steps[^1]);
        else owner[steps[^1]] = value;
        return registry.ToJsonString();
    }
}
