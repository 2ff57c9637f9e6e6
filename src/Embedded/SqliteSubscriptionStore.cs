using Nems.Core.Ports;
using Nems.Core.Subscribe;

namespace Nems.Embedded;

/// <summary>Subscriptions in SQLite: explicit ones are read by their key, rules are held in memory.</summary>
internal sealed class SqliteSubscriptionStore : ISubscriptionStore
{
    private readonly Writer writer;
    private readonly ReadSessions reads;
    private readonly Destinations destinations;
    private readonly HandOver handOver;
    private readonly RuleCache rules = new();
    private readonly RightsVersion rights = new();

    public SqliteSubscriptionStore(Writer writer, ReadSessions reads, Destinations destinations, HandOver handOver)
    {
        this.writer = writer;
        this.reads = reads;
        this.destinations = destinations;
        this.handOver = handOver;
        using var lease = reads.Take();
        var select = lease.Session.Prepared(SubscriptionRow.Rules);
        rules.Load(Rows(select));
        select.Reset();
    }

    public long RightsVersion => rights.Value;

    public Task<CreateOutcome> CreateAsync(StoredSubscription subscription, UInt128 duplicateKey, CancellationToken cancel) =>
        writer.RunAsync(new CreateWrite(new NewSubscription(subscription, duplicateKey), rules, handOver));

    public Task<int> CreateManyAsync(IReadOnlyList<NewSubscription> subscriptions, CancellationToken cancel) =>
        writer.RunAsync(new CreateManyWrite(subscriptions, rules, handOver));

    public Task<ActivateOutcome> ActivateAsync(SubscriptionId id, DateTimeOffset at, string by, CancellationToken cancel) =>
        writer.RunAsync(new ActivateWrite(id, at, by, destinations, rules, rights, handOver));

    public Task<int> ExpireAsync(DateTimeOffset at, int limit, CancellationToken cancel) => writer.RunAsync(new ExpireWrite(at, limit, rules, rights));

    public ValueTask<StoredSubscription?> ReadAsync(SubscriptionId id, CancellationToken cancel)
    {
        using var lease = reads.Take();
        var select = lease.Session.Prepared(SubscriptionRow.WholeById).Bind(1, id.Value);
        try
        {
            return ValueTask.FromResult(select.Step() ? SubscriptionRow.ReadWhole(select, destinations) : null);
        }
        finally
        {
            select.Reset();
        }
    }

    public Task<bool> DeleteAsync(SubscriptionId id, CancellationToken cancel) => writer.RunAsync(new DeleteWrite(id, rules, rights));

    public ValueTask CandidatesAsync(IReadOnlyList<string> matchKeys, ICollection<Subscription> found, CancellationToken cancel)
    {
        foreach (var key in matchKeys)
        {
            if (SubscriptionRow.IsExplicit(key)) ReadExplicit(key, found);
            else rules.AddTo(key, found);
        }

        return ValueTask.CompletedTask;
    }

    private IEnumerable<Subscription> Rows(Statement select)
    {
        while (select.Step()) yield return SubscriptionRow.Read(select, destinations);
    }

    private void ReadExplicit(string key, ICollection<Subscription> found)
    {
        using var lease = reads.Take();
        var select = lease.Session.Prepared(SubscriptionRow.ByMatchKey).Bind(1, key);
        try
        {
            while (select.Step()) found.Add(SubscriptionRow.Read(select, destinations));
        }
        finally
        {
            select.Reset();
        }
    }
}
