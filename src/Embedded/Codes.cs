using Nems.Core.Events;
using Nems.Core.Publish;
using Nems.Core.Subscribe;

namespace Nems.Embedded;

/// <summary>Release and syntax as one stored number: 0 STU3 XML, 1 STU3 JSON, 2 R4 XML, 3 R4 JSON.</summary>
internal static class FormCode
{
    public static long Of(FhirForm form) => (long)form.Release * 2 + (long)form.Format;

    public static FhirForm Read(long code) => new((FhirRelease)(code / 2), (FhirFormat)(code % 2));
}

/// <summary>The subscriptions of a delivery as stored: 16 bytes each. Tags are read from the subscription texts.</summary>
internal static class SubscriptionIds
{
    public static byte[] Pack(IReadOnlyList<MatchedSubscription> subscriptions)
    {
        var packed = new byte[16 * subscriptions.Count];
        for (var index = 0; index < subscriptions.Count; index++)
            subscriptions[index].Id.Value.TryWriteBytes(packed.AsSpan(16 * index), bigEndian: true, out _);
        return packed;
    }

    /// <summary>Without their tags: the right to send is judged again before the next attempt, which reads them.</summary>
    public static MatchedSubscription[] Unpack(ReadOnlySpan<byte> packed)
    {
        var subscriptions = new MatchedSubscription[packed.Length / 16];
        for (var index = 0; index < subscriptions.Length; index++)
            subscriptions[index] = new MatchedSubscription(new SubscriptionId(new Guid(packed.Slice(16 * index, 16), bigEndian: true)), null);
        return subscriptions;
    }
}
