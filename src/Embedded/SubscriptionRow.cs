using System.Globalization;
using Nems.Core.Ports;
using Nems.Core.Subscribe;

namespace Nems.Embedded;

/// <summary>A subscription as it is stored: a row to match by, and its text apart.</summary>
internal static class SubscriptionRow
{
    private const string Columns =
        """
        SELECT s.id, s.match_key, s.organisation, s.state, s.events, s.ages, s.gp_registration, s.created_at, s.active_since, s.ends_at, s.destination, s.version_id,
            CASE WHEN s.has_tag THEN (SELECT t.tag FROM subscription_texts t WHERE t.id = s.id) END
        """;

    private const string Prefix = "nhs:";

    public const string ById = Columns + " FROM subscriptions s WHERE s.id = ?1";

    public const string WholeById = Columns + ", x.resource, x.form FROM subscriptions s JOIN subscription_texts x ON x.id = s.id WHERE s.id = ?1";

    public const string ByMatchKey = Columns + " FROM subscriptions s WHERE s.match_key = ?1";

    /// <summary>All that are not explicit: two ranges beside the many that are.</summary>
    public const string Rules = Columns + " FROM subscriptions s WHERE s.match_key < 'nhs:' OR s.match_key >= 'nhs;'";

    public static bool IsRule(Subscription subscription) => !IsExplicit(subscription.MatchKey);

    public static bool IsExplicit(string matchKey) => matchKey.StartsWith(Prefix, StringComparison.Ordinal);

    public static Subscription Read(Statement select, Destinations destinations) => new()
    {
        Id = new SubscriptionId(select.Guid(0)),
        MatchKey = select.Text(1),
        Organisation = select.Text(2),
        State = (SubscriptionState)select.Long(3),
        Events = (int)select.Long(4),
        Ages = AgesOf(select.TextOrNull(5)),
        GpRegistration = (GpRegistration)select.Long(6),
        CreatedAt = select.Time(7),
        ActiveSince = select.TimeOrNull(8),
        EndsAt = select.TimeOrNull(9),
        Destination = destinations.Read(select.Long(10)),
        VersionId = select.Text(11),
        Tag = select.TextOrNull(12),
    };

    public static StoredSubscription ReadWhole(Statement select, Destinations destinations) =>
        new(Read(select, destinations), select.Bytes(13), FormCode.Read(select.Long(14)));

    /// <summary>Inserts it unless an equal one is there that has not ended. An active one turns its destination on.</summary>
    public static CreateOutcome Insert(WriteSession session, StoredSubscription stored, UInt128 duplicateKey, out bool turnedOn)
    {
        turnedOn = false;
        var subscription = stored.Subscription;
        if (FindTwin(session, subscription, duplicateKey) is { } twin) return new CreateOutcome.Duplicate(twin);

        var destination = session.Destination(subscription.Destination);
        if (subscription.State == SubscriptionState.Active) turnedOn = session.TurnOn(destination);
        session.Prepared(
            """
            INSERT INTO subscriptions (id, match_key, has_tag, organisation, state, events, ages, gp_registration, created_at, active_since, ends_at, destination, version_id, duplicate_key)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """)
            .Bind(1, subscription.Id.Value).Bind(2, subscription.MatchKey).Bind(3, subscription.Tag is not null).Bind(4, subscription.Organisation)
            .Bind(5, (long)subscription.State).Bind(6, (long)subscription.Events).Bind(7, TextOf(subscription.Ages)).Bind(8, (long)subscription.GpRegistration)
            .Bind(9, subscription.CreatedAt).Bind(10, subscription.ActiveSince).Bind(11, subscription.EndsAt).Bind(12, destination.Number)
            .Bind(13, subscription.VersionId).Bind(14, duplicateKey).Run();
        session.Prepared("INSERT INTO subscription_texts (id, form, tag, resource) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, subscription.Id.Value).Bind(2, FormCode.Of(stored.Form)).Bind(3, subscription.Tag).Bind(4, stored.Resource.Span).Run();
        return new CreateOutcome.Created();
    }

    private static SubscriptionId? FindTwin(WriteSession session, Subscription subscription, UInt128 duplicateKey)
    {
        var select = session.Prepared("SELECT id, ends_at FROM subscriptions WHERE match_key = ?1 AND duplicate_key = ?2")
            .Bind(1, subscription.MatchKey).Bind(2, duplicateKey);
        var twin = select.Step() ? new SubscriptionId(select.Guid(0)) : (SubscriptionId?)null;
        var hasEnded = twin is not null && select.TimeOrNull(1) <= subscription.CreatedAt;
        select.Reset();
        if (!hasEnded) return twin;

        // It has ended and is about to be turned off: it makes room now.
        session.Prepared("UPDATE subscriptions SET duplicate_key = id WHERE match_key = ?1 AND duplicate_key = ?2")
            .Bind(1, subscription.MatchKey).Bind(2, duplicateKey).Run();
        return null;
    }

    private static string? TextOf(IReadOnlyList<AgeFilter> ages) => ages.Count == 0
        ? null
        : string.Join(',', ages.Select(age => string.Create(CultureInfo.InvariantCulture, $"{"=<>"[(int)age.Comparator]}{age.Years}")));

    private static AgeFilter[] AgesOf(string? text) => text is null
        ? []
        : [.. text.Split(',').Select(age => new AgeFilter((AgeComparator)"=<>".IndexOf(age[0], StringComparison.Ordinal), int.Parse(age.AsSpan(1), CultureInfo.InvariantCulture)))];
}
