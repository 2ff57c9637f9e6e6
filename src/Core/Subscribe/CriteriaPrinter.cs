using System.Diagnostics;
using System.Globalization;
using System.Text;
using Nems.Core.Events;

namespace Nems.Core.Subscribe;

/// <summary>Writes criteria as a string that <see cref="CriteriaParser"/> reads as the same criteria. Patient data when explicit.</summary>
public static class CriteriaPrinter
{
    public static string Print(Criteria criteria)
    {
        var text = new StringBuilder("/Bundle?type=message");
        if (criteria.ServiceType is not null) text.Append("&serviceType=").Append(criteria.ServiceType);
        if (criteria.NhsNumber is not null) text.Append("&Patient.identifier=").Append(NhsNumber.System).Append('|').Append(criteria.NhsNumber.Value);
        if (criteria.Rule is { } rule) text.Append("&subscriptionRuleType=").Append(CodeOf(rule)).Append("&Organization.identifier=").Append(criteria.Organisation);
        foreach (var type in criteria.Events) text.Append("&MessageHeader.event=").Append(type.Code);
        foreach (var age in criteria.Ages) text.Append("&Patient.age=").Append(PrefixOf(age.Comparator)).Append(age.Years.ToString(CultureInfo.InvariantCulture));
        if (criteria.GpRegistration != GpRegistration.Any) text.Append("&GPRegistration=").Append(criteria.GpRegistration);
        if (criteria.Tag is not null) text.Append("&tag=").Append(criteria.Tag);
        return text.ToString();
    }

    private static string CodeOf(SubscriptionRule rule) => rule switch
    {
        SubscriptionRule.Practice => "GP_GP_GP",
        SubscriptionRule.PracticeSubLocation => "CHO_GP_CCG",
        SubscriptionRule.HomeSubLocation => "CHO_POSTCODE_CCG",
        SubscriptionRule.HomeLocalAuthority => "UHV_POSTCODE_LACODE",
        SubscriptionRule.HomeCountry => "COUNTRYCODE",
        _ => throw new UnreachableException(),
    };

    private static string PrefixOf(AgeComparator comparator) => comparator switch
    {
        AgeComparator.Exactly => "",
        AgeComparator.LessThan => "lt",
        AgeComparator.GreaterThan => "gt",
        _ => throw new UnreachableException(),
    };
}
