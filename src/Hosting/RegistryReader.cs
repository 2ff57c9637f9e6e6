using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Nems.Core.Registry;

namespace Nems.Hosting;

/// <summary>Reads the text of a registry file. Pure: the same text gives the same reading; every mistake is found at once.</summary>
internal static class RegistryReader
{
    private const int DeepestNesting = 16;

    public static RegistryReading Read(ReadOnlyMemory<byte> json, long version)
    {
        var findings = new RegistryFindings();
        if (StrictJson.TryParse(WithoutMark(json), DeepestNesting, out var root, out var line))
            return new RegistryReading(Read(root, version, findings), findings);

        findings.AddWrong("(root)", string.Create(CultureInfo.InvariantCulture, $"is not well-formed JSON, or names a member twice (line {line}; 0 when unknown)"));
        return new RegistryReading(null, findings);
    }

    private static RegistrySnapshot? Read(JsonElement element, long version, RegistryFindings findings)
    {
        var root = new RegistryObject(element, "", findings, "nemsAsid", "systems", "organisations", "mailboxes", "operators");
        var nemsAsid = root.RequiredText("nemsAsid");
        if (nemsAsid is not null && RegistryForms.Asid(nemsAsid) is null) root.Wrong("nemsAsid", $"must be {RegistryForms.OfAsid}");

        var systems = Each(root, "systems", findings, RegistrySystems.Read, system => system.Asid);
        var organisations = Each(root, "organisations", findings, ReadOrganisation, organisation => organisation.Ods);
        var mailboxes = Each(root, "mailboxes", findings, ReadMailbox, mailbox => mailbox.Id);
        var operators = Each(root, "operators", findings, ReadOperator, known => known.Name);

        var named = organisations.Select(organisation => organisation.Ods).Concat(systems.SelectMany(system => system.Organisations))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < mailboxes.Count; index++)
        {
            // An entry of somebody else's directory stands for itself; a mailbox that is held here belongs to someone known.
            if (mailboxes[index].IsLocal && !named.Contains(mailboxes[index].Organisation))
                findings.AddUnknown($"mailboxes[{index}].organisation", "is neither in organisations nor one that a system acts for");
        }

        return findings.Wrong.Count > 0 ? null : new RegistrySnapshot(version, nemsAsid ?? "", systems, organisations, mailboxes, operators);
    }

    private static List<T> Each<T>(
        RegistryObject root, string member, RegistryFindings findings, Func<JsonElement, string, RegistryFindings, T> read, Func<T, string> key)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var all = new List<T>();
        foreach (var (element, place) in root.Items(member))
        {
            var item = read(element, place, findings);
            if (key(item).Length > 0 && !seen.Add(key(item))) findings.AddWrong(place, "is listed twice");
            all.Add(item);
        }

        return all;
    }

    private static RegisteredOrganisation ReadOrganisation(JsonElement element, string place, RegistryFindings findings)
    {
        var organisation = new RegistryObject(element, place, findings, "ods", "name", "webhookHosts");
        var ods = Code(organisation, "ods", RegistryForms.Ods, RegistryForms.OfOds);
        return new RegisteredOrganisation(
            ods, organisation.Text("name") ?? ods, organisation.Texts("webhookHosts", RegistryForms.WebhookHost, RegistryForms.OfHost));
    }

    private static RegisteredMailbox ReadMailbox(JsonElement element, string place, RegistryFindings findings)
    {
        var mailbox = new RegistryObject(element, place, findings, "id", "organisation", "workflowIds", "kind", "password", "sharedKey");
        if (mailbox.Member("kind") is null) mailbox.Wrong("kind", "is required");
        var isLocal = mailbox.Choice("kind", "mesh", "local") == "local";
        return new RegisteredMailbox(
            Code(mailbox, "id", RegistryForms.Mailbox, RegistryForms.OfMailbox),
            Code(mailbox, "organisation", RegistryForms.Ods, RegistryForms.OfOds),
            mailbox.Texts("workflowIds", RegistryForms.WorkflowId, "a workflow id or *"),
            isLocal,
            isLocal ? mailbox.RequiredText("password") : mailbox.Text("password"),
            isLocal ? mailbox.RequiredText("sharedKey") : mailbox.Text("sharedKey"));
    }

    private static RegisteredOperator ReadOperator(JsonElement element, string place, RegistryFindings findings)
    {
        var known = new RegistryObject(element, place, findings, "name", "keySha256", "roles");
        return new RegisteredOperator(
            known.RequiredText("name") ?? "",
            Code(known, "keySha256", RegistryForms.Sha256, RegistryForms.OfSha256),
            known.Texts("roles", RegistryForms.Role, "a role in lower case, or *").ToFrozenSet(StringComparer.Ordinal));
    }

    private static string Code(RegistryObject owner, string member, Func<string, string?> form, string expected)
    {
        if (owner.RequiredText(member) is not { } text) return "";
        if (form(text) is { } code) return code;
        owner.Wrong(member, $"must be {expected}");
        return "";
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
}
