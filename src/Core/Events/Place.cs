namespace Nems.Core.Events;

/// <summary>An event's place in the order of acceptance. Given by the store at commit; a lower place was accepted earlier.</summary>
public readonly record struct Place(long Value) : IComparable<Place>
{
    public int CompareTo(Place other) => Value.CompareTo(other.Value);

    public static bool operator <(Place left, Place right) => left.Value < right.Value;

    public static bool operator >(Place left, Place right) => left.Value > right.Value;

    public static bool operator <=(Place left, Place right) => left.Value <= right.Value;

    public static bool operator >=(Place left, Place right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
