using System.Globalization;
using Nems.Core.Ports;
using Nems.Core.Subscribe;

namespace Nems.Embedded;

/// <summary>Subscriptions in SQLite: explicit ones are read by their key, rules are held in memory.</summary>
internal sealed class SqliteSubscriptionStore : ISubscriptionStore
{
    private const string Columns =
        """
        SELECT s.id, s.match_key, s.organisation, s.state, s.events, s.ages, s.gp_registration, s.created_at, s.ends_at, s.destination, s.version_id, t.tag, t.resource, t.form
        FROM subscriptions s JOIN subscription_texts t ON t.id = s.id
        """;

    private readonly Writer writer;
    private readonly ReadSessions reads;
    private readonly Destinations destinations;
    private readonly HandOver handOver;
    private readonly RuleCache rules = new();
    private long rightsVersion;

    public SqliteSubscriptionStore(Writer writer, ReadSessions reads, Destinations destinations, HandOver handOver)
    {
        this.writer = writer;
        this.reads = reads;
        this.destinations = destinations;
        this.handOver = handOver;
        using var lease = reads.Take();
        var select = lease.Session.Prepared(Columns + " WHERE s.is_rule = 1");
        while (select.Step()) rules.Add(Read(select));
        select.Reset();
    }

    public long RightsVersion => Interlocked.Read(ref rightsVersion);

    public Task<CreateOutcome> CreateAsync(StoredSubscription subscription, UInt128 duplicateKey, CancellationToken cancel) =>
        writer.RunAsync(new CreateWrite(this, subscription, duplicateKey));

    public ValueTask<StoredSubscription?> ReadAsync(SubscriptionId id, CancellationToken cancel)
    {
        using var lease = reads.Take();
        var select = lease.Session.Prepared(Columns + " WHERE s.id = ?1").Bind(1, id.Value);
        try
        {
            return ValueTask.FromResult(select.Step() ? new StoredSubscription(Read(select), select.Bytes(12), FormCode.Read(select.Long(13))) : null);
        }
        finally
        {
            select.Reset();
        }
    }

    public Task<bool> DeleteAsync(SubscriptionId id, CancellationToken cancel) => writer.RunAsync(new DeleteWrite(this, id));

    public ValueTask CandidatesAsync(IReadOnlyList<string> matchKeys, ICollection<Subscription> found, CancellationToken cancel)
    {
        foreach (var key in matchKeys)
        {
            if (key.StartsWith("nhs:", StringComparison.Ordinal)) ReadExplicit(key, found);
            else rules.AddTo(key, found);
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsRule(Subscription subscription) => !subscription.MatchKey.StartsWith("nhs:", StringComparison.Ordinal);

    private static string? TextOf(IReadOnlyList<AgeFilter> ages) => ages.Count == 0
        ? null
        : string.Join(',', ages.Select(age => string.Create(CultureInfo.InvariantCulture, $"{"=<>"[(int)age.Comparator]}{age.Years}")));

    private static AgeFilter[] AgesOf(string? text) => text is null
        ? []
        : [.. text.Split(',').Select(age => new AgeFilter((AgeComparator)"=<>".IndexOf(age[0], StringComparison.Ordinal), int.Parse(age.AsSpan(1), CultureInfo.InvariantCulture)))];

    private void ReadExplicit(string key, ICollection<Subscription> found)
    {
        using var lease = reads.Take();
        var select = lease.Session.Prepared(Columns + " WHERE s.match_key = ?1").Bind(1, key);
        try
        {
            while (select.Step()) found.Add(Read(select));
        }
        finally
        {
            select.Reset();
        }
    }

    private Subscription Read(Statement select) => new()
    {
        Id = new SubscriptionId(select.Guid(0)),
        MatchKey = select.Text(1),
        Organisation = select.Text(2),
        State = (SubscriptionState)select.Long(3),
        Events = (int)select.Long(4),
        Ages = AgesOf(select.TextOrNull(5)),
        GpRegistration = (GpRegistration)select.Long(6),
        CreatedAt = select.Time(7),
        EndsAt = select.TimeOrNull(8),
        Destination = destinations.Read(select.Long(9)),
        VersionId = select.Text(10),
        Tag = select.TextOrNull(11),
    };

    private sealed class CreateWrite(SqliteSubscriptionStore store, StoredSubscription stored, UInt128 duplicateKey) : Write<CreateOutcome>
    {
        private bool turnedOn;

        public override void Apply(WriteSession session)
        {
            turnedOn = false;
            var subscription = stored.Subscription;
            var twin = session.Prepared("SELECT id FROM subscriptions WHERE duplicate_key = ?1").Bind(1, duplicateKey);
            Result = twin.Step() ? new CreateOutcome.Duplicate(new SubscriptionId(twin.Guid(0))) : new CreateOutcome.Created();
            twin.Reset();
            if (Result is CreateOutcome.Duplicate) return;

            var row = session.Destination(subscription.Destination);
            if (row.IsOff) TurnOn(session, row);
            session.Prepared(
                """
                INSERT INTO subscriptions (id, match_key, is_rule, organisation, state, events, ages, gp_registration, created_at, ends_at, destination, version_id, duplicate_key)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                """)
                .Bind(1, subscription.Id.Value).Bind(2, subscription.MatchKey).Bind(3, IsRule(subscription)).Bind(4, subscription.Organisation)
                .Bind(5, (long)subscription.State).Bind(6, (long)subscription.Events).Bind(7, TextOf(subscription.Ages)).Bind(8, (long)subscription.GpRegistration)
                .Bind(9, subscription.CreatedAt).Bind(10, subscription.EndsAt).Bind(11, row.Number).Bind(12, subscription.VersionId).Bind(13, duplicateKey).Run();
            session.Prepared("INSERT INTO subscription_texts (id, form, tag, resource) VALUES (?1, ?2, ?3, ?4)")
                .Bind(1, subscription.Id.Value).Bind(2, FormCode.Of(stored.Form)).Bind(3, subscription.Tag).Bind(4, stored.Resource.Span).Run();
        }

        public override void Committed()
        {
            if (Result is not CreateOutcome.Created) return;
            if (IsRule(stored.Subscription)) store.rules.Add(stored.Subscription);
            if (turnedOn) store.handOver.TurnedOn(stored.Subscription.Destination.Id);
        }

        private void TurnOn(WriteSession session, DestinationRow row)
        {
            row.IsOff = false;
            turnedOn = true;
            session.Prepared(
                "UPDATE destinations SET is_off = 0, failing_since = NULL, open_since = NULL, probes = 0, next_probe_at = NULL WHERE number = ?1")
                .Bind(1, row.Number).Run();
        }
    }

    private sealed class DeleteWrite(SqliteSubscriptionStore store, SubscriptionId id) : Write<bool>
    {
        private string? matchKey;

        public override void Apply(WriteSession session)
        {
            var select = session.Prepared("SELECT match_key FROM subscriptions WHERE id = ?1").Bind(1, id.Value);
            matchKey = select.Step() ? select.Text(0) : null;
            select.Reset();
            Result = matchKey is not null;
            session.Prepared("DELETE FROM subscriptions WHERE id = ?1").Bind(1, id.Value).Run();
            session.Prepared("DELETE FROM subscription_texts WHERE id = ?1").Bind(1, id.Value).Run();
        }

        public override void Committed()
        {
            if (matchKey is null) return;
            store.rules.Remove(matchKey, id);
            Interlocked.Increment(ref store.rightsVersion);
        }
    }
}
