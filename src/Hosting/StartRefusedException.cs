namespace Nems.Hosting;

/// <summary>The service may not start as it is configured. Lists every mistake found, so that one look is enough; quotes no value.</summary>
public sealed class StartRefusedException(string what, IReadOnlyList<string> mistakes)
    : Exception($"{what}{string.Concat(mistakes.Select(mistake => $"{Environment.NewLine}  - {mistake}"))}")
{
    public IReadOnlyList<string> Mistakes { get; } = mistakes;
}
