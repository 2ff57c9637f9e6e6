using Nems.Testing;

namespace Nems.Contract.Tests;

// Every port's contract on the embedded platform. There is nothing in these to forget.

public sealed class EventStoreOnSqlite() : EventStoreContract(new SqliteBackend());

public sealed class EventOrderOnSqlite() : EventOrderContract(new SqliteBackend());

public sealed class LateMatchOnSqlite() : LateMatchContract(new SqliteBackend());

public sealed class LaneInboxOnSqlite() : LaneInboxContract(new SqliteBackend());

public sealed class DeliveryStoreOnSqlite() : DeliveryStoreContract(new SqliteBackend());

public sealed class DestinationsOnSqlite() : DestinationContract(new SqliteBackend());

public sealed class SubscriptionStoreOnSqlite() : SubscriptionStoreContract(new SqliteBackend());

public sealed class SubscriptionLifeOnSqlite() : SubscriptionLifeContract(new SqliteBackend());

public sealed class ManySubscriptionsOnSqlite() : ManySubscriptionsContract(new SqliteBackend());

public sealed class CandidatesOnSqlite() : CandidatesContract(new SqliteBackend());

public sealed class AuditTrailOnSqlite() : AuditTrailContract(new SqliteBackend());

public sealed class UsedTokensOnSqlite() : UsedTokensContract(new SqliteBackend());

public sealed class EndpointSecretsOnSqlite() : EndpointSecretsContract(new SqliteBackend());

public sealed class ReferenceOnSqlite() : ReferenceContract(new SqliteBackend());

public sealed class DemographicsTableOnSqlite() : DemographicsTableContract(new SqliteBackend());
