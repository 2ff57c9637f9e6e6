using Microsoft.Extensions.Options;

namespace Nems.Core.Deliver;

/// <summary>A start with a mistyped exemption is refused.</summary>
internal sealed class EgressOptionsValidator : IValidateOptions<EgressOptions>
{
    public ValidateOptionsResult Validate(string? name, EgressOptions options)
    {
        var faulty = options.AllowHosts.Where(entry => !EgressOptions.TrySplit(entry, out _, out _))
            .Select(entry => $"{EgressOptions.Section}:AllowHosts holds '{entry}', which is neither host:port nor host:*.").ToList();
        return faulty.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faulty);
    }
}
