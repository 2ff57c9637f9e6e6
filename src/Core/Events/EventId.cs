namespace Nems.Core.Events;

/// <summary>
/// The identity of an accepted event, given by this service at acceptance (a UUIDv7). It says nothing about order:
/// an event's place in its patient's order is a <see cref="Place"/>.
/// </summary>
public readonly record struct EventId(Guid Value)
{
    public static EventId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    public static bool TryParse(string? text, out EventId id)
    {
        var parsed = Guid.TryParse(text, out var value);
        id = new EventId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
