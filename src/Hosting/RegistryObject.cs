using System.Text.Json;

namespace Nems.Hosting;

/// <summary>One object of the registry file with its place; reading a member notes whatever is wrong with it.</summary>
internal readonly struct RegistryObject
{
    private readonly JsonElement element;
    private readonly RegistryFindings findings;

    /// <param name="element">Where this is no object, that is noted and every member is absent.</param>
    /// <param name="place">The path to it, e.g. <c>systems[2]</c>.</param>
    /// <param name="findings">Takes the notes.</param>
    /// <param name="known">The members it may have; another one is noted as unknown.</param>
    public RegistryObject(JsonElement element, string place, RegistryFindings findings, params ReadOnlySpan<string> known)
    {
        this.element = element;
        this.findings = findings;
        Place = place;
        if (element.ValueKind != JsonValueKind.Object)
        {
            findings.AddWrong(place.Length == 0 ? "(root)" : place, "must be an object");
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name)) findings.AddUnknown(At(Printable(member.Name)), "is not a member that the registry knows");
        }
    }

    public string Place { get; }

    public string At(string member) => Place.Length == 0 ? member : $"{Place}.{member}";

    /// <summary>Notes a wrong member; of what is no object, that alone is worth telling.</summary>
    public void Wrong(string member, string what)
    {
        if (element.ValueKind == JsonValueKind.Object) findings.AddWrong(At(member), what);
    }

    /// <summary>The member, or null where it is absent or JSON null.</summary>
    public JsonElement? Member(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public string? Text(string name)
    {
        if (Member(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text) return text;
        Wrong(name, "must be a text that is not empty");
        return null;
    }

    public string? RequiredText(string name)
    {
        if (Member(name) is null) Wrong(name, "is required");
        return Text(name);
    }

    public bool Flag(string name)
    {
        if (Member(name) is not { } value) return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Wrong(name, "must be true or false");
        return false;
    }

    /// <summary>The one of these words that stands there, the first where none does.</summary>
    public string Choice(string name, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } text) return words[0];
        if (words.Contains(text)) return text;
        Wrong(name, $"must be one of {string.Join(", ", words)}");
        return words[0];
    }

    /// <summary>The items of a list, each with its place; none where the member is absent.</summary>
    public IEnumerable<(JsonElement Value, string Place)> Items(string name)
    {
        if (Member(name) is not { } list) return [];
        if (list.ValueKind != JsonValueKind.Array)
        {
            Wrong(name, "must be a list");
            return [];
        }

        var place = At(name);
        return list.EnumerateArray().Select((item, index) => (item, $"{place}[{index}]"));
    }

    /// <summary>The texts of a list that pass the check, changed to the form it gives; the others are noted.</summary>
    /// <param name="name">The member.</param>
    /// <param name="form">The normal form of a good text, null for a bad one.</param>
    /// <param name="expected">What a good text looks like.</param>
    public IReadOnlyList<string> Texts(string name, Func<string, string?> form, string expected)
    {
        var texts = new List<string>();
        foreach (var (value, place) in Items(name))
        {
            if (value.ValueKind == JsonValueKind.String && form(value.GetString() ?? "") is { } text) texts.Add(text);
            else findings.AddWrong(place, $"must be {expected}");
        }

        return texts;
    }

    // A name that is no plain word might be anything that was pasted by mistake.
    private static string Printable(string name) =>
        name.Length is > 0 and <= 40 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '$') ? name : "(a member)";
}
