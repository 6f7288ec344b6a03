using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Flags.Store;

/// <summary>The cluster in a data folder and the programs that make, start and stop it.</summary>
internal sealed class PostgresCluster(DataFolder folder, PostgresBinaries binaries, EmbeddedPostgresOptions options)
{
    /// <summary>The superuser, and the only role.</summary>
    public const string Role = "flags";

    /// <summary>What PostgreSQL says while processes of one that was killed have not noticed it yet, and for how long they are waited for.</summary>
    private const string Lingering = "pre-existing shared memory block";

    /// <summary>What it says when somebody else has the port, free though it was when it was chosen; and how many are tried.</summary>
    private const string Taken = "could not create any TCP/IP sockets";

    private const int MostPorts = 5;

    private static readonly TimeSpan LongestLingering = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>A port that nobody has at the moment; tests name one that is taken.</summary>
    internal Func<int> FindPort { get; init; } = FreePort;

    private string StartLog => Path.Combine(folder.Logs, "start.log");

    // Inside the cluster, so that the two appear, move and go together.
    private string PasswordFile => Path.Combine(folder.Cluster, "flags-password");

    /// <summary>Null with a Unix socket: its folder lets nobody else in.</summary>
    public string? Password => options.Tcp ? File.ReadAllText(PasswordFile) : null;

    public PostmasterFile? Postmaster => PostmasterFile.Read(folder.Cluster) is { } file && file.IsAlive() ? file : null;

    /// <summary>initdb into a draft, then a rename: a start that was interrupted leaves no cluster that looks whole.</summary>
    public async Task CreateAsync(CancellationToken ct)
    {
        var draft = await folder.CreateDraftAsync(ct);
        var cluster = Path.Combine(draft, "cluster");
        List<string> arguments =
        [
            "-D", cluster, "-U", Role, "-E", "UTF8", "--locale=C", "--no-instructions", "--auth-host=scram-sha-256",
            options.Tcp ? "--auth-local=scram-sha-256" : "--auth-local=trust", options.Durable ? "--data-checksums" : "--no-sync",
        ];
        var password = Path.Combine(draft, "password");
        if (options.Tcp)
        {
            await FolderModes.WritePrivateAsync(password, RandomNumberGenerator.GetHexString(32), ct);
            await GiveAsync(password, recursive: false, ct);
            arguments.Add($"--pwfile={password}");
        }

        var made = await Program(binaries.InitDb, [.. arguments]).RunAsync(ct);
        if (!made.Succeeded)
            throw Failed("initdb could not make the database", made.Output);
        if (options.Tcp)
            File.Move(password, Path.Combine(cluster, Path.GetFileName(PasswordFile)));
        Directory.Move(cluster, folder.Cluster);
        Directory.Delete(draft);
    }

    public async Task StartAsync(CancellationToken ct)
    {
        await GiveAsync(folder.Cluster, recursive: true, ct);
        RemoveStaleFile();
        var socket = options.Tcp ? "" : await SocketFolder.CreateAsync(folder.Account, ct);
        await WriteSettingsAsync(Settings(socket), ct);
        var start = Program(binaries.PgCtl, "start", "-w", "-s", "-t", "60", "-l", Path.GetFileName(StartLog)) with
        {
            Cluster = folder.Cluster,
            Folder = folder.Logs,
            // On Windows the postmaster inherits the pipes, and their end would never come.
            Capture = !OperatingSystem.IsWindows(),
        };
        var ports = 1;
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(Pause, ct))
        {
            File.Delete(StartLog);
            var started = await start.RunAsync(ct);
            if (started.Succeeded)
                return;
            if (File.Exists(StartLog) && File.ReadAllText(StartLog).Contains(Lingering, StringComparison.Ordinal) && waited.Elapsed < LongestLingering)
                continue;
            if (options.Tcp && ports++ < MostPorts && LastLines()?.Contains(Taken, StringComparison.Ordinal) == true)
            {
                await WriteSettingsAsync(Settings(socket), ct);
                continue;
            }

            SocketFolder.Remove(socket);
            throw Failed($"PostgreSQL {binaries.Major} ({binaries.Folder}) did not start", LastLines() ?? started.Output);
        }
    }

    private string Settings(string socket) => PostgresSettings.Text(options.Durable, folder.Logs, socket, options.Tcp ? FindPort() : null);

    // As the account that owns the cluster: a link there could make root overwrite anything.
    private async Task WriteSettingsAsync(string settings, CancellationToken ct)
    {
        var target = Path.Combine(folder.Cluster, "postgresql.conf");
        if (folder.Account is null)
        {
            await File.WriteAllTextAsync(target, settings, ct);
            return;
        }

        var source = Path.Combine(folder.FullPath, "postgresql.conf");
        await FolderModes.WritePrivateAsync(source, settings, ct);
        await GiveAsync(source, recursive: false, ct);
        var copied = await Program("cp", source, target).RunAsync(ct);
        File.Delete(source);
        if (!copied.Succeeded)
            throw Failed("The settings could not be written", copied.Output);
    }

    /// <summary>Fast: sessions are ended, a checkpoint is written. After 4 s without one; the next start recovers then.</summary>
    public async Task StopAsync()
    {
        if (Postmaster is not { } running)
            return;
        if (!await TryStopAsync("fast", "4"))
            await TryStopAsync("immediate", "1");
        if (running.SocketFolder.Length > 0)
            SocketFolder.Remove(running.SocketFolder);
    }

    private async Task<bool> TryStopAsync(string mode, string seconds)
    {
        var stop = Program(binaries.PgCtl, "stop", "-w", "-s", "-m", mode, "-t", seconds) with { Cluster = folder.Cluster };
        return (await stop.RunAsync(CancellationToken.None)).Succeeded;
    }

    // PostgreSQL would refuse to start if another process has the old one's id by now, as is common in containers.
    // Should processes of the old one linger, its shared memory, which is keyed by the folder, still keeps a second one out until they end.
    private void RemoveStaleFile()
    {
        if (PostmasterFile.Read(folder.Cluster) is { SocketFolder.Length: > 0 } stale)
            SocketFolder.Remove(stale.SocketFolder);
        File.Delete(PostmasterFile.In(folder.Cluster));
    }

    private OutsideProgram Program(string file, params string[] arguments) =>
        new(file, arguments) { Folder = folder.FullPath, Account = folder.Account };

    private Task GiveAsync(string path, bool recursive, CancellationToken ct) =>
        folder.Account?.GiveAsync(path, recursive, ct) ?? Task.CompletedTask;

    private EmbeddedPostgresException Failed(string what, string output) => new(
        $"{what}:\n{output}\nThe folder is {folder.FullPath}" +
        (folder.Account is { } account ? $" (PostgreSQL runs as account {account.Uid}, which must get in)" : "") +
        "; more may be in its logs/.");

    private string? LastLines()
    {
        var newest = new DirectoryInfo(folder.Logs).EnumerateFiles("*.log").MaxBy(file => file.LastWriteTimeUtc);
        return newest is null ? null : string.Join('\n', File.ReadLines(newest.FullName).TakeLast(10));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
