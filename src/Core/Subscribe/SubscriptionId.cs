namespace Nems.Core.Subscribe;

/// <summary>The logical id of a subscription: 32 lower-case hexadecimal digits.</summary>
public readonly record struct SubscriptionId(Guid Value)
{
    public static SubscriptionId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    public static bool TryParse(string? text, out SubscriptionId id)
    {
        var parsed = Guid.TryParseExact(text, "N", out var value);
        id = new SubscriptionId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("N");
}
