using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Nems.Channels;

/// <summary>The limits of the webhook channel.</summary>
public sealed class ChannelOptions
{
    public const string Section = "Nems:Webhook";

    /// <summary>The one deadline of an attempt: name, connection, TLS, headers and body of the reply together.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>This service's own public names and addresses: never a target, so that no event goes round in a circle.</summary>
    public IList<string> OwnHosts { get; set; } = [];

    /// <summary>The ports that may be dialled; empty means 443 and 8443. Allow-listed targets are exempt.</summary>
    public IList<int> Ports { get; set; } = [];
}

[OptionsValidator]
internal sealed partial class ChannelOptionsValidator : IValidateOptions<ChannelOptions>;
