using Nems.Core.Audit;

namespace Nems.Embedded;

/// <summary>Writes one row of the trail.</summary>
internal static class TrailRow
{
    public static void Insert(WriteSession session, long? place, long? destination, AuditEntry entry) =>
        session.Prepared(
            """
            INSERT INTO trail (at, action, place, destination, subscription, asid, organisation, attempt, is_probe, outcome, status, reason, elapsed)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """)
            .Bind(1, entry.At).Bind(2, (long)entry.Action).Bind(3, place).Bind(4, destination).Bind(5, entry.Subscription?.Value)
            .Bind(6, entry.Asid).Bind(7, entry.Organisation).Bind(8, (long?)entry.Attempt).Bind(9, entry.IsProbe)
            .Bind(10, (long?)entry.Outcome).Bind(11, (long?)entry.Status).Bind(12, entry.Reason).Bind(13, entry.Elapsed?.Ticks).Run();
}
