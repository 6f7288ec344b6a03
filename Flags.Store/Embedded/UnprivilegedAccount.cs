using System.Globalization;

namespace Flags.Store;

/// <summary>PostgreSQL refuses to run as root: under root its programs run as this account, which owns the data.</summary>
internal sealed record UnprivilegedAccount(uint Uid, uint Gid, IReadOnlyList<string> Prefix)
{
    private const uint Nobody = 65534;

    /// <summary>Null when we are not root. An existing cluster keeps its owner.</summary>
    public static async Task<UnprivilegedAccount?> FindAsync(string cluster, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return null;
        var (uid, gid, name) = await OwnerAsync(cluster, ct) ?? Default();
        foreach (var prefix in Ways(uid, gid, name))
        {
            // Tried, not only looked for: BusyBox has a setpriv without these options, a container may lack the capability.
            var trial = new OutsideProgram("true") { Account = new UnprivilegedAccount(uid, gid, prefix) };
            if ((await trial.RunAsync(ct)).Succeeded)
                return trial.Account;
        }

        throw new EmbeddedPostgresException(
            $"PostgreSQL does not run as root, and neither setpriv nor runuser could change to account {name ?? $"{uid}"}. Start Flags as an " +
            "ordinary account, install util-linux (setpriv, runuser), or set ConnectionStrings__Flags to a PostgreSQL of yours.");
    }

    public async Task GiveAsync(string path, bool recursive, CancellationToken ct)
    {
        // -h: a link that the account put there must not give away what it points to.
        var given = await new OutsideProgram("chown", recursive ? "-Rh" : "-h", $"{Uid}:{Gid}", path).RunAsync(ct);
        if (!given.Succeeded)
            throw new EmbeddedPostgresException($"{path} could not be given to account {Uid}, as which PostgreSQL must run: {given.Output}");
    }

    private static IEnumerable<IReadOnlyList<string>> Ways(uint uid, uint gid, string? name)
    {
        if (OutsideProgram.OnPath("setpriv") is { } setpriv)
            yield return [setpriv, $"--reuid={uid}", $"--regid={gid}", "--clear-groups"];
        if (name is not null && OutsideProgram.OnPath("runuser") is { } runuser)
            yield return [runuser, "-u", name, "--"];
    }

    private static async Task<(uint Uid, uint Gid, string? Name)?> OwnerAsync(string cluster, CancellationToken ct)
    {
        if (!Directory.Exists(cluster) || !OperatingSystem.IsLinux())
            return null;
        var owner = await new OutsideProgram("stat", "-c", "%u %g %U", cluster).RunAsync(ct);
        if (owner.Output.Split(' ') is not [var uid, var gid, var name] || uid == "0")
            return null;
        return (Number(uid), Number(gid), name == "UNKNOWN" ? null : name);
    }

    private static (uint Uid, uint Gid, string? Name) Default()
    {
        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3);
        var found = accounts.Where(fields => fields[0] == "postgres" || fields[2] == $"{Nobody}").ToArray();
        var account = Array.Find(found, fields => fields[0] == "postgres") ?? found.FirstOrDefault();
        return account is null ? (Nobody, Nobody, null) : (Number(account[2]), Number(account[3]), account[0]);
    }

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);
}
