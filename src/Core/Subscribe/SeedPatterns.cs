using System.Globalization;
using System.Text;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Keys;
using Nems.Core.Ports;
using Nems.Core.Problems;

namespace Nems.Core.Subscribe;

/// <summary>Makes the patterns of a seed: Subscription resources that have been read and judged as a create is.</summary>
internal sealed class SeedPatterns(IRegistry registry, EndpointRules endpoints, KeyedHash hash, TimeProvider clock)
{
    /// <summary>The problems of the request; without any, the seed.</summary>
    internal IReadOnlyList<Problem> Prepare(SeedSubscriptions command, out Seed seed)
    {
        var covering = CriteriaParser.Parse(
            $"/Bundle?type=message&subscriptionRuleType={command.RuleType}&Organization.identifier={command.Code}&MessageHeader.event={EventType.Birth.Code}");
        List<Problem> problems = [.. covering.Problems];
        var practice = new Criteria { Rule = SubscriptionRule.Practice, Organisation = Seed.SamplePractice, Events = [EventType.Birth] };
        seed = new Seed(
            Read(new Criteria { NhsNumber = Seed.SamplePatient, Events = [EventType.ChangeOfGp, EventType.Death] }),
            [.. EventType.All.Select(type => Read(practice with { Events = [type] }))],
            index => Read(RuleOf(covering.Criteria ?? practice, index)), hash, clock);
        if (command.Count < 0 || command.Rules < 0) problems.Add(new Problem(SpineCode.InvalidParameter, "The numbers of subscriptions and rules must not be negative."));
        return problems;

        SeedPattern Read(Criteria criteria)
        {
            var text = CriteriaPrinter.Print(criteria);
            var reading = SubscriptionReader.Read(Resource(command, text), new FhirForm(FhirRelease.Stu3, FhirFormat.Xml), clock.GetUtcNow());
            var destination = endpoints.DestinationOf(reading, command.Organisation, registry.Current, out var problem);
            problems.AddRange(reading.Problems);
            if (problem is not null) problems.Add(problem);

            // With a problem nothing of the pattern is used.
            return new SeedPattern(reading.Criteria ?? criteria, text, reading.Resource.ToArray(), destination);
        }
    }

    /// <summary>Ages from 100 to 149, ten event types, three registrations; the tag makes each its own.</summary>
    private static Criteria RuleOf(Criteria covering, int index) => covering with
    {
        Events = [EventType.FromIndex(index % EventType.All.Count)],
        Ages = [new AgeFilter(AgeComparator.Exactly, 100 + index / EventType.All.Count % 50)],
        GpRegistration = (GpRegistration)(index / 500 % 3),
        Tag = string.Create(CultureInfo.InvariantCulture, $"seed-{index}"),
    };

    private static byte[] Resource(SeedSubscriptions command, string criteria) => Encoding.UTF8.GetBytes(
        $"""<Subscription xmlns="http://hl7.org/fhir"><status value="requested"/><contact><system value="url"/><value value="https://directory.spineservices.nhs.uk/STU3/Organization/{Escape(command.Organisation)}"/><use value="work"/></contact><reason value="Trial of scale"/><criteria value="{Escape(criteria)}"/><channel><type value="rest-hook"/><endpoint value="{Escape(command.Endpoint)}"/></channel></Subscription>""");

    private static string Escape(string text) => System.Security.SecurityElement.Escape(text);
}

/// <summary>A resource that was found good, and what of it does not vary.</summary>
internal sealed record SeedPattern(Criteria Criteria, string CriteriaText, byte[] Resource, Destination? Destination)
{
    public override string ToString() => nameof(SeedPattern);
}
