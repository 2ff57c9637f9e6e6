using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Nems.Embedded;

/// <summary>Connections for reading, each lent to one thread at a time with its prepared statements. Readers never wait for the writer.</summary>
internal sealed class ReadSessions(Database database) : IDisposable
{
    private readonly ConcurrentBag<ReadSession> idle = [];

    public Lease Take() => new(this, idle.TryTake(out var session) ? session : new ReadSession(database.Open(readOnly: true)));

    public void Dispose()
    {
        while (idle.TryTake(out var session)) session.Dispose();
    }

    /// <summary>A session on loan; disposal gives it back.</summary>
    public readonly struct Lease(ReadSessions owner, ReadSession session) : IDisposable
    {
        public ReadSession Session => session;

        public void Dispose() => owner.idle.Add(session);
    }
}

/// <summary>One reading connection with the statements that were prepared on it.</summary>
internal sealed class ReadSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, Statement> statements = [];

    /// <summary>The statement of this text, ready to bind. It must be reset after use.</summary>
    public Statement Prepared(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
            statements[sql] = statement = new Statement(Database.HandleOf(connection), sql);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Dispose();
        connection.Dispose();
    }
}
