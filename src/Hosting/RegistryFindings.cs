namespace Nems.Hosting;

/// <summary>
/// What is wrong with a registry file, each with its place (<c>systems[2].asid</c>). No text quotes a value, so that they
/// can be logged.
/// </summary>
internal sealed class RegistryFindings
{
    private readonly List<string> wrong = [];
    private readonly List<string> unknown = [];

    /// <summary>Values that cannot be used: no start, no reload.</summary>
    public IReadOnlyList<string> Wrong => wrong;

    /// <summary>Members and references that mean nothing here: refused in Development, a warning elsewhere.</summary>
    public IReadOnlyList<string> Unknown => unknown;

    public void AddWrong(string place, string what) => wrong.Add($"{place}: {what}");

    public void AddUnknown(string place, string what) => unknown.Add($"{place}: {what}");
}
