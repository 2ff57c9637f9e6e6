using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;
using Nems.Core.Registry;

namespace Nems.Core.Subscribe;

/// <summary>What a caller may subscribe to, for whom, and whether the wanted event types still take subscriptions.</summary>
internal sealed class SubscriptionRights(EventLifeCycle lifeCycle)
{
    /// <summary>All problems; those of code <see cref="SpineCode.Deprecated"/> are warnings and refuse nothing.</summary>
    internal IEnumerable<Problem> Judge(Caller caller, SubscriptionReading reading, RegistrySnapshot registry, DateTimeOffset now)
    {
        if (reading.Criteria is { } criteria)
        {
            foreach (var problem in JudgeCriteria(caller.System, criteria, now)) yield return problem;
        }

        if (reading.Organisation is { } organisation && JudgeOrganisation(caller.System, organisation, registry) is { } refusal) yield return refusal;
    }

    /// <summary>Whether the caller may see and delete what this organisation owns.</summary>
    internal static bool IsOwner(Caller caller, Subscription subscription) => caller.System.Organisations.Contains(subscription.Organisation);

    private IEnumerable<Problem> JudgeCriteria(RegisteredSystem system, Criteria criteria, DateTimeOffset now)
    {
        if (!(criteria.IsExplicit ? system.MaySubscribeExplicitly : system.MaySubscribeByRule))
            yield return new Problem(SpineCode.AccessDenied, $"The system may not make {(criteria.IsExplicit ? "explicit" : "generic")} subscriptions.", "Subscription.criteria");
        foreach (var type in criteria.Events)
        {
            if (!system.MaySubscribeTo(type))
                yield return new Problem(SpineCode.AccessDenied, $"The system may not subscribe to {type.Code}.", "Subscription.criteria");
            if (lifeCycle.OnSubscribe(type, now) is { } change) yield return change;
        }
    }

    private static Problem? JudgeOrganisation(RegisteredSystem system, string organisation, RegistrySnapshot registry)
    {
        if (!registry.KnowsOrganisation(organisation))
            return new Problem(SpineCode.OrganisationNotFound, "The organisation of the first contact is not known.", "Subscription.contact[0].value");
        return system.Organisations.Contains(organisation)
            ? null
            : new Problem(SpineCode.AsidCheckFailed, "The organisation of the first contact is not one of the calling system.", "Subscription.contact[0].value");
    }
}
