using System.Text.RegularExpressions;

namespace Nems.Core.Tests.Messages;

/// <summary>Ways to break a sample message. Each fails where it finds nothing to change.</summary>
internal static class Change
{
    /// <summary>The first occurrence in the whole message.</summary>
    public static Func<string, string> Swap(string find, string replace) => message => Replace(message, 0, message.Length, find, replace);

    /// <summary>The first occurrence in the entry of that name.</summary>
    public static Func<string, string> In(string word, string find, string replace) => message =>
    {
        var (start, end) = EntryOf(message, word);
        return Replace(message, start, end, find, replace);
    };

    /// <summary>The first element of that name in the entry, with all that is in it.</summary>
    public static Func<string, string> Cut(string word, string element) => message =>
    {
        var (start, end) = EntryOf(message, word);
        var found = Regex.Match(message[start..end], $@"<{element}\b[^>]*?(/>|(?<!/)>.*?</{element}>)", RegexOptions.Singleline);
        Assert.True(found.Success, $"no {element} in {word}");
        return message.Remove(start + found.Index, found.Length);
    };

    public static Func<string, string> Drop(string word) => message =>
    {
        var (start, end) = EntryOf(message, word);
        return message.Remove(start, end - start);
    };

    /// <summary>The entry a second time, under another address.</summary>
    public static Func<string, string> Twice(string word, int times = 2) => message =>
    {
        var (start, end) = EntryOf(message, word);
        var copies = Enumerable.Range(2, times - 1).Select(copy => message[start..end].Replace(Sample.Id(word), Sample.Id(word + copy), StringComparison.Ordinal));
        return message.Insert(end, string.Concat(copies));
    };

    public static Func<string, string> Both(Func<string, string> first, Func<string, string> second) => message => second(first(message));

    private static (int Start, int End) EntryOf(string message, string word)
    {
        var start = message.IndexOf($"<entry><fullUrl value=\"urn:uuid:{Sample.Id(word)}\"/>", StringComparison.Ordinal);
        Assert.True(start >= 0, $"no entry {word}");
        return (start, message.IndexOf("</entry>", start, StringComparison.Ordinal) + "</entry>".Length);
    }

    private static string Replace(string message, int start, int end, string find, string replace)
    {
        var at = message.IndexOf(find, start, end - start, StringComparison.Ordinal);
        Assert.True(at >= 0, $"nothing like {find}");
        return message.Remove(at, find.Length).Insert(at, replace);
    }
}
