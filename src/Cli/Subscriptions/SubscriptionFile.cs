using System.Text;
using System.Text.RegularExpressions;
using Nems.Core.Events;

namespace Nems.Cli.Subscriptions;

/// <summary>A Subscription resource from a file, with the little that is needed to send it.</summary>
/// <param name="Organisation">ODS code of its first contact; null when none can be seen.</param>
internal sealed partial record SubscriptionFile(byte[] Bytes, FhirForm Form, string? Organisation)
{
    /// <summary>JSON or XML by the first character; R4 when it claims a UK Core profile, else STU3.</summary>
    public static SubscriptionFile Read(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var format = text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("{") ? FhirFormat.Json : FhirFormat.Xml;
        var release = text.Contains("StructureDefinition/UKCore-", StringComparison.Ordinal) ? FhirRelease.R4 : FhirRelease.Stu3;
        var owner = Owner().Match(text);
        return new SubscriptionFile(bytes, new FhirForm(release, format), owner.Success ? owner.Groups[1].Value.ToUpperInvariant() : null);
    }

    public override string ToString() => "(subscription from a file)";

    [GeneratedRegex("""/(?:STU3|R4)/Organization/([A-Za-z0-9]+)["']""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Owner();
}
