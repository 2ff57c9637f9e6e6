using System.Text.Json;

namespace Nems.Testing;

/// <summary>A registry file for tests: two publishers, a subscriber with hosts on loopback, another one that must see nothing of the first.</summary>
public static class TestRegistry
{
    public const string Nems = "111111111111";
    public const string Supplier = "200000000161";
    public const string Pds = "477121000323";
    public const string Subscriber = "200000000205";
    public const string OtherSubscriber = "200000000307";
    public const string OperatorKey = "operator-key-of-the-tests-0123456789";

    /// <param name="path">Where to write it.</param>
    /// <param name="ports">Loopback ports at which T8T9T may receive.</param>
    public static void Write(string path, IEnumerable<int> ports)
    {
        string[] hosts = [.. ports.Select(port => $"127.0.0.1:{port}"), "events.rr8.example", "hooks.example.nhs.uk"];
        var registry = new
        {
            nemsAsid = Nems,
            systems = new object[]
            {
                new { asid = Supplier, name = "A publisher", organisations = new[] { "A83627" }, publishes = new[] { "*" }, pds = false, scheme = "Spine" },
                new { asid = Pds, name = "PDS", organisations = new[] { "X26" }, publishes = new[] { "*" }, pds = true, scheme = "Spine" },
                new
                {
                    asid = Subscriber, name = "A subscriber", organisations = new[] { "T8T9T", "RR8", "B86056" }, publishes = Array.Empty<string>(), pds = false, scheme = "Spine",
                    subscribes = new { types = new[] { "explicit", "generic" }, events = new[] { "*" } },
                },
                new
                {
                    asid = OtherSubscriber, name = "Another subscriber", organisations = new[] { "Y12345" }, publishes = Array.Empty<string>(), pds = false, scheme = "Spine",
                    subscribes = new { types = new[] { "explicit" }, events = new[] { "newborn-hearing-1" } },
                },
            },
            organisations = new object[]
            {
                new { ods = "T8T9T", name = "A child health service", webhookHosts = hosts },
                new { ods = "RR8", name = "A hospital", webhookHosts = hosts },
                new { ods = "B86056", name = "A practice", webhookHosts = hosts },
                new { ods = "Y12345", name = "Another service", webhookHosts = hosts },
                new { ods = "A83627", name = "A supplier's organisation", webhookHosts = Array.Empty<string>() },
                new { ods = "X26", name = "NHS England", webhookHosts = Array.Empty<string>() },
            },
            mailboxes = new object[]
            {
                new { id = "T8T9TOT001", organisation = "T8T9T", workflowIds = new[] { "*" }, kind = "local", password = "password", sharedKey = "TestKey" },
                new { id = "RR8OT001", organisation = "RR8", workflowIds = new[] { "*" }, kind = "mesh" },
                new { id = "B86056OT001", organisation = "B86056", workflowIds = new[] { "*" }, kind = "mesh" },
            },
            operators = new object[]
            {
                new { name = "ops", keySha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(OperatorKey))), roles = new[] { "operator" } },
            },
        };
        File.WriteAllText(path, JsonSerializer.Serialize(registry));
    }
}
