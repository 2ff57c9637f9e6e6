using Nems.Core.Deliver;

namespace Nems.Channels.Webhook;

/// <summary>
/// Reads a destination's own <c>Name: value</c> lines. They were checked when the subscription was made; what still does not
/// fit is left out here, so that no line can end a header, replace one of ours, or change how the message is framed.
/// </summary>
internal static class HeaderLines
{
    public static (string Name, string Value)[] Read(IReadOnlyList<string> lines)
    {
        var read = new List<(string, string)>(lines.Count);
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':');
            if (colon <= 0) continue;
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim(' ', '\t');
            if (ReservedHeaders.IsToken(name) && !ReservedHeaders.IsReserved(name) && IsValue(value)) read.Add((name, value));
        }

        return [.. read];
    }

    public static bool IsValue(string value)
    {
        foreach (var character in value)
        {
            if (character is (< ' ' or > '~') and not '\t') return false;
        }

        return true;
    }
}
