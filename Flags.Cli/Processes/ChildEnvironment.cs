using System.Collections;
using System.Globalization;
using System.Text;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary>The command's environment: this process's own, and what it may want to know about its lease, hold or claim.</summary>
internal sealed class ChildEnvironment
{
    public const string Feature = "FLAGS_FEATURE", LeaseId = "FLAGS_LEASE_ID", Token = "FLAGS_TOKEN", ExpiresAt = "FLAGS_EXPIRES_AT", HoldId = "FLAGS_HOLD_ID", ClosingFile = "FLAGS_CLOSING_FILE", ClaimKey = "FLAGS_CLAIM_KEY", Attempt = "FLAGS_ATTEMPT";

    private readonly Dictionary<string, string?> changes;

    private ChildEnvironment(Dictionary<string, string?> changes) => this.changes = changes;

    /// <summary>Of a job. Without protection there is no lease to tell of.</summary>
    public static ChildEnvironment Of(Lease lease, TimeSpan ttl, string? closingFile, Settings settings) => new(settings.ForChild(new Dictionary<string, string?>
    {
        [Feature] = lease.Feature,
        [LeaseId] = lease.IsGuarded ? lease.Id.ToString() : null,
        [Token] = lease.IsGuarded ? lease.Token.ToString(CultureInfo.InvariantCulture) : null,
        [ExpiresAt] = lease.IsGuarded ? UtcTimeConverter.Format(lease.EnteredAt + ttl) : null,
        [ClosingFile] = closingFile,
    }));

    /// <summary>Of a deploy. A lease around it is not its own.</summary>
    public static ChildEnvironment Of(Hold hold, TimeProvider time, Settings settings) => new(settings.ForChild(new Dictionary<string, string?>
    {
        [Feature] = string.Join(',', hold.Features),
        [HoldId] = hold.Id.ToString(),
        [Token] = hold.Token.ToString(CultureInfo.InvariantCulture),
        [ExpiresAt] = UtcTimeConverter.Format(time.GetUtcNow() + hold.Remaining),
        [LeaseId] = null,
        [ClosingFile] = null,
    }));

    /// <summary>Of what is done once. A lease around it stays the command's.</summary>
    public static ChildEnvironment Of(Claim claim, TimeProvider time, Settings settings) => new(settings.ForChild(new Dictionary<string, string?>
    {
        [ClaimKey] = claim.Key,
        [Token] = claim.Token.ToString(CultureInfo.InvariantCulture),
        [Attempt] = claim.Attempt.ToString(CultureInfo.InvariantCulture),
        [ExpiresAt] = UtcTimeConverter.Format(time.GetUtcNow() + claim.Remaining),
    }));

    /// <summary>All of it, as bytes: values need not be UTF-8.</summary>
    public IReadOnlyList<byte[]> Block()
    {
        IEnumerable<byte[]> own = ProcessText.Read("/proc/self/environ") ?? Decoded();
        byte[][] names = [.. changes.Keys.Select(name => Encoding.UTF8.GetBytes(name + "="))];
        return [.. own.Where(entry => !names.Any(name => entry.AsSpan().StartsWith(name))), .. changes.Where(change => change.Value is not null).Select(change => Encoding.UTF8.GetBytes($"{change.Key}={change.Value}"))];
    }

    /// <summary>Where a process takes names and values.</summary>
    public void ApplyTo(IDictionary<string, string?> environment)
    {
        foreach ((string name, string? value) in changes)
        {
            if (value is null)
                environment.Remove(name);
            else
                environment[name] = value;
        }
    }

    private static IEnumerable<byte[]> Decoded() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => Encoding.UTF8.GetBytes($"{entry.Key}={entry.Value}"));
}
