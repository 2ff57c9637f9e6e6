using Microsoft.Extensions.Options;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Keys;
using Nems.Core.Match;
using Nems.Core.Subscribe;

namespace Nems.Core.Tests.Match;

/// <summary>An event, what is known of its patient and where; and whether a subscription with some criteria wants it.</summary>
/// <param name="Event">A short word for the event type.</param>
/// <param name="Source">found, no-record or none.</param>
/// <param name="Present">The data that are there: see <see cref="Datum"/>.</param>
/// <param name="Previous">The setting Nems:Match:ChangeOfGp:Previous.</param>
internal sealed record Situation(string Event, string Source, IReadOnlyCollection<string> Present, bool Previous = false)
{
    public const string Patient = "9990000018";
    public const string Baby = "9990000026";
    public static readonly DateTimeOffset Accepted = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    public static readonly KeyedHash Hash = new(new ServiceKeys(new byte[32], new byte[32], new byte[32]));

    public static EventType TypeOf(string word) => word switch
    {
        "address" => EventType.ChangeOfAddress,
        "gp" => EventType.ChangeOfGp,
        "birth" => EventType.Birth,
        "death" => EventType.Death,
        "record" => EventType.RecordChange,
        "hearing" => EventType.NewbornHearing,
        "vaccination" => EventType.Vaccinations,
        _ => throw new ArgumentException("No event.", nameof(word)),
    };

    public async Task<bool> WantsAsync(string criteria)
    {
        var subscription = Subscribed(criteria);
        var facts = await FactsAsync();
        return facts.Keys.Contains(subscription.MatchKey) && Matcher.Wants(subscription, TypeOf(Event), facts, Accepted);
    }

    public async Task<MatchFacts> FactsAsync()
    {
        var isBirth = Event == "birth";
        var patients = new KnownPatients { IsConfigured = Source != "none" };
        if (Source == "found")
        {
            patients.Has(isBirth ? Baby : Patient, Datum.Postcode("r.home", Present), Datum.Practice("r.gp", Present));
            if (isBirth) patients.Has(Patient, Datum.Postcode("mother.home", Present), Datum.Practice("mother.gp", Present));
        }

        var message = new EventMessage(
            TypeOf(Event), MessageEventType.New, new FhirForm(FhirRelease.Stu3, FhirFormat.Xml),
            new RoutingDemographics(
                KnownPatients.Number(Patient), new DateOnly(1988, 4, 17), Datum.Postcode("m.home", Present),
                Event == "address" ? Datum.Postcode("m.old", Present) : null, Datum.Practice("m.gp", Present),
                Event == "gp" ? Datum.Practice("m.prev", Present) : null, KnownPatients.Number(isBirth ? Baby : Patient)),
            new DateOnly(2026, 3, 1));
        var finder = Finder(patients, Datum.Areas(), new MatchOptions { ChangeOfGp = new MatchOptions.ChangeOfGpOptions { Previous = Previous } });
        var (facts, _) = await finder.FindAsync(message, Accepted, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        return facts!;
    }

    public static FactFinder Finder(KnownPatients patients, KnownAreas areas, MatchOptions? options = null) =>
        new(patients, areas, Hash, Options.Create(options ?? new MatchOptions()), TimeProvider.System);

    /// <summary>A subscription as it is stored under these criteria, in force at the moment of acceptance.</summary>
    public static Subscription Subscribed(string criteria)
    {
        var read = CriteriaParser.Parse(criteria).Criteria ?? throw new ArgumentException("Faulty criteria.", nameof(criteria));
        return new Subscription
        {
            Id = new SubscriptionId(Guid.CreateVersion7()),
            MatchKey = MatchKeys.Of(read, Hash),
            Organisation = "T8T9T",
            State = SubscriptionState.Active,
            Events = read.Events.Aggregate(0, (bits, type) => bits | 1 << type.Index),
            Ages = read.Ages,
            GpRegistration = read.GpRegistration,
            CreatedAt = Accepted.AddDays(-1),
            ActiveSince = Accepted.AddDays(-1),
            EndsAt = null,
            Destination = Hook("a"),
            Tag = read.Tag,
            VersionId = "1",
        };
    }

    public static Destination Hook(string name) => new(
        new DestinationId(Hash.Of("test:", name)), "T8T9T", ChannelKind.Webhook, $"https://hooks.example.nhs.uk/{name}", "", [], false);

    public string Criteria(string rule, string datum, string registration = "any") =>
        $"/Bundle?type=message&subscriptionRuleType={rule}&Organization.identifier={Datum.Code(rule, datum)}&MessageHeader.event={TypeOf(Event).Code}"
        + registration switch { "any" => "", "reg" => "&GPRegistration=RegisteredOnly", "unreg" => "&GPRegistration=UnregisteredOnly", _ => throw new ArgumentException("No filter.", nameof(registration)) };

    public override string ToString() => $"{Event} {Source} [{string.Join(' ', Present)}]{(Previous ? " +previous" : "")}";
}
