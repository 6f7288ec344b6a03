using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Flags.Store;

/// <summary>A change of keys or people: limits, change, counter, audit row and NOTIFY in one transaction.</summary>
internal static class AuthWrite
{
    /// <summary>Runs <paramref name="work"/>; what it answers is committed only if it added an audit row.</summary>
    public static Task<T> RunAsync<T>(IDbContextFactory<FlagsDb> contexts, Database database, Func<FlagsDb, Task<T>> work, CancellationToken cancellation) =>
        database.TransactAsync(async (connection, transaction) =>
        {
            await using FlagsDb db = await contexts.CreateDbContextAsync(cancellation);
            db.Database.SetDbConnection(connection);
            await using IDbContextTransaction own = (await db.Database.UseTransactionAsync(transaction, cancellation))!;
            await db.Database.ExecuteSqlRawAsync(Database.Prelude, cancellation);
            T answer = await work(db);
            if (!db.ChangeTracker.Entries<AuditRow>().Any())
                return answer;
            await db.SaveChangesAsync(cancellation);
            await db.Database.ExecuteSqlRawAsync("update flags.counter set auth_version = auth_version + 1; notify flags", cancellation);
            await transaction.CommitAsync(cancellation);
            return answer;
        }, cancellation);

    public static AuditRow Audit(Caller caller, string what, string target, string change, string? reason = null) => new()
    {
        CallerId = caller.Id,
        CallerName = caller.Name,
        CallerKind = caller.KindName,
        Address = caller.Address,
        RequestId = caller.RequestId,
        What = what,
        Target = target,
        Reason = reason,
        Change = change,
    };
}
