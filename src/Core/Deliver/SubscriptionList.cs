using System.Text;
using Nems.Core.Publish;

namespace Nems.Core.Deliver;

/// <summary>
/// The list of the subscriptions that a delivery serves, as its header carries it: <c>id|tag~~~id|tag</c>, at most 500
/// characters, whole entries only (NEMS specification 7.2).
/// </summary>
public static class SubscriptionList
{
    private const int Longest = 500;
    private const string Separator = "~~~";

    /// <summary>All of them; an entry without tag is the bare id.</summary>
    public static string All(IReadOnlyList<MatchedSubscription> subscriptions) => Write(subscriptions, taggedOnly: false);

    /// <summary>Those with a tag, as <c>Mex-PartnerID</c> lists them; empty when none has one.</summary>
    public static string Tagged(IReadOnlyList<MatchedSubscription> subscriptions) => Write(subscriptions, taggedOnly: true);

    private static string Write(IReadOnlyList<MatchedSubscription> subscriptions, bool taggedOnly)
    {
        if (subscriptions is [{ Tag: null } only]) return taggedOnly ? "" : only.Id.ToString();
        var list = new StringBuilder();
        foreach (var (id, tag) in subscriptions)
        {
            if (tag is null && taggedOnly) continue;
            var length = (list.Length == 0 ? 0 : Separator.Length) + 32 + (tag is null ? 0 : 1 + tag.Length);
            if (list.Length + length > Longest) break;
            if (list.Length > 0) list.Append(Separator);
            list.Append(id.ToString());
            if (tag is not null) list.Append('|').Append(tag);
        }

        return list.ToString();
    }
}
