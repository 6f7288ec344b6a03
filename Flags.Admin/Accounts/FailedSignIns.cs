using System.Threading.RateLimiting;

namespace Flags.Admin;

/// <summary>Five failures a minute an account and address, whether there is such an account or not. Identity's own lock-out counts over all addresses.</summary>
internal sealed class FailedSignIns : IDisposable
{
    public const int PerMinute = 5;

    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(who =>
        RateLimitPartition.GetFixedWindowLimiter(who, _ => new FixedWindowRateLimiterOptions { PermitLimit = PerMinute, Window = TimeSpan.FromMinutes(1) }));

    public bool MayTry(string email, string? address)
    {
        using RateLimitLease lease = limiter.AttemptAcquire(Who(email, address), 0);
        return lease.IsAcquired;
    }

    public void Count(string email, string? address) => limiter.AttemptAcquire(Who(email, address)).Dispose();

    public void Dispose() => limiter.Dispose();

    private static string Who(string email, string? address) => $"{address} {email.Trim().ToUpperInvariant()}";
}
