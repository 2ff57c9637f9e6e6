using System.Text.Json;

namespace Nems.Hosting;

/// <summary>
/// Reads JSON that no two readers could understand differently: valid UTF-8, no name twice, no half characters, bounded
/// depth. Never throws, and what it gives never throws when its texts are read.
/// </summary>
public static class StrictJson
{
    /// <param name="utf8">The whole text.</param>
    /// <param name="depth">The deepest nesting allowed.</param>
    /// <param name="element">The value, free of the bytes it came from.</param>
    /// <param name="faultyLine">Counted from 1; 0 where it is not known. Says nothing of what stands there.</param>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, int depth, out JsonElement element, out long faultyLine)
    {
        element = default;
        faultyLine = 0;
        try
        {
            ReadEveryText(utf8.Span, depth);
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = depth, AllowDuplicateProperties = false });
            element = document.RootElement.Clone();
            return true;
        }
        catch (JsonException fault)
        {
            faultyLine = (fault.LineNumber ?? -1) + 1;
            return false;
        }
        catch (InvalidOperationException)
        {
            // Thrown by GetString for bytes or escapes that are no characters.
            return false;
        }
    }

    private static void ReadEveryText(ReadOnlySpan<byte> utf8, int depth)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = depth });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) reader.GetString();
    }
}
