using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flags.Client.Tests;

/// <summary>The snapshot on the disk: right to the last bit, or not used.</summary>
public sealed class DiskTests : IDisposable
{
    private const string Source = "http://flags.example.org flg_abcdefgh";

    private readonly string folder = Directory.CreateTempSubdirectory("flags-disk-").FullName;
    private readonly FakeTime time = new();

    private string Path => System.IO.Path.Combine(folder, "flags.snapshot");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_was_written_is_read_with_its_age_and_for_its_owner_only()
    {
        SnapshotFile file = File();
        file.Write(Body());
        time.Advance(TimeSpan.FromMinutes(7));

        (SnapshotBody body, TimeSpan age) = file.Read()!.Value;

        Assert.Equal((3, 14, "beta"), (body.Generation, body.Version, Assert.Single(body.Features).Name));
        Assert.Equal(TimeSpan.FromMinutes(7), age);
        Assert.Single(Directory.GetFiles(folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(Path));
        Assert.Null(File("http://flags.example.org flg_another").Read());
        time.JumpWallClock(TimeSpan.FromDays(-1));
        Assert.Equal(TimeSpan.Zero, file.Read()!.Value.Age);
    }

    [Fact]
    public void A_flip_at_any_offset_makes_the_file_unusable_and_nothing_throws()
    {
        SnapshotFile file = File();
        file.Write(Body());
        byte[] good = System.IO.File.ReadAllBytes(Path);
        for (int at = 0; at < good.Length; at++)
        {
            foreach (byte flip in (byte[])[0x01, 0xFF])
            {
                byte[] bad = [.. good];
                bad[at] ^= flip;
                System.IO.File.WriteAllBytes(Path, bad);
                Assert.Null(file.Read());
            }
        }

        System.IO.File.WriteAllBytes(Path, good);
        Assert.NotNull(file.Read());
    }

    [Fact]
    public void A_file_cut_off_or_continued_anywhere_is_unusable()
    {
        SnapshotFile file = File();
        file.Write(Body());
        byte[] good = System.IO.File.ReadAllBytes(Path);
        for (int length = 0; length < good.Length; length++)
        {
            System.IO.File.WriteAllBytes(Path, good[..length]);
            Assert.Null(file.Read());
        }

        System.IO.File.WriteAllBytes(Path, [.. good, (byte)' ']);
        Assert.Null(file.Read());
    }

    [Fact]
    public void A_snapshot_over_the_size_limit_is_neither_written_nor_read()
    {
        File().Write(Body());
        Assert.Null(File(most: 100).Read());
        System.IO.File.Delete(Path);
        File(most: 100).Write(Body());
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_a_warning()
    {
        using var log = new LogLines();
        var options = new FlagsOptions { TimeProvider = time };
        var file = new SnapshotFile(System.IO.Path.Combine(folder, "missing", "file"), Source, options, log);
        file.Write(Body());
        Assert.Null(file.Read());
        Assert.Null(new SnapshotFile(folder, Source, options, log).Read());
        Assert.Single(log.All, line => line.Id.Id == 131);
    }

    [Fact]
    public async Task A_client_saves_what_it_knows_and_the_next_one_starts_with_it_while_the_server_is_down()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using (FlagsClient first = server.Client(options => (options.Url, options.SnapshotFile) = (proxy.Url, Path)))
            Assert.True(await first.IsEnabledAsync("beta", null, Cancellation));
        proxy.Refusing = true;

        await using FlagsClient second = FlagsClient.Create(options => (options.Url, options.ApiKey, options.SnapshotFile) = (proxy.Url, "flg_abcdefgh_rotated", Path));

        Assert.True(second.IsEnabled("beta"));
        Assert.Equal((1, true), (second.Status.Version, second.IsStale));
        // From the disk a job is not let in.
        Assert.False(await second.WaitUntilEnabledAsync("beta", TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task A_corrupt_file_is_as_good_as_none_and_is_replaced()
    {
        await System.IO.File.WriteAllTextAsync(Path, "flags-snapshot 1\nnonsense", Cancellation);
        using var log = new LogLines();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        var answer = new TaskCompletionSource();
        server.Snapshot = async context =>
        {
            await answer.Task;
            await ScriptedServer.SayAsync(context, ScriptedServer.Body(1, 5));
        };
        await using FlagsClient flags = server.Client(options => options.SnapshotFile = Path, log.Factory());
        Assert.False(flags.IsEnabled("beta"));
        Assert.Single(log.All, line => line.Id.Id == 130);

        answer.SetResult();

        Assert.True(await flags.IsEnabledAsync("beta", null, Cancellation));
        await Eventually.TrueAsync(() => System.IO.File.ReadAllText(Path).Contains("beta", StringComparison.Ordinal), "the file is replaced");
    }

    [Fact]
    public async Task A_newer_snapshot_on_the_disk_is_not_taken_back_by_an_older_server()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Snapshot = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(1, server.Snapshots < 3 ? 4 : 6, false));
        new SnapshotFile(Path, $"{server.Url} flg_abcdefgh", new FlagsOptions(), NullLogger.Instance).Write(Body() with { Generation = 1, Version = 5 });
        await using FlagsClient flags = server.Client(options => options.SnapshotFile = Path);
        Assert.True(flags.IsEnabled("beta"));

        await Eventually.TrueAsync(() => !flags.IsEnabled("beta"), "a newer one is taken");

        Assert.Equal(6, flags.Status.Version);
        Assert.True(server.Snapshots >= 3);
    }

    private static SnapshotBody Body() => new(3, 14, [new SnapshotFeature { Name = "beta", Version = 14, Gates = new Gates { Boolean = true } }]);

    private SnapshotFile File(string source = Source, int most = 1024 * 1024) => new(Path, source, new FlagsOptions { TimeProvider = time, MaxSnapshotBytes = most }, NullLogger.Instance);
}
