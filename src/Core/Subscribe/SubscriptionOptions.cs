using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Nems.Core.Subscribe;

/// <summary>Who makes a new subscription active.</summary>
public enum SubscriptionReview
{
    /// <summary>The service, at once.</summary>
    Automatic,

    /// <summary>An operator, for each; until then it is <c>requested</c> and matches nothing.</summary>
    Manual,
}

/// <summary>How new subscriptions begin.</summary>
public sealed class SubscriptionOptions
{
    public const string Section = "Nems:Subscriptions";

    [EnumDataType(typeof(SubscriptionReview))]
    public SubscriptionReview Review { get; set; }
}

[OptionsValidator]
internal sealed partial class SubscriptionOptionsValidator : IValidateOptions<SubscriptionOptions>;
