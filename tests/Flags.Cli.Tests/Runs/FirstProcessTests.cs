namespace Flags.Cli.Tests;

/// <summary>As process 1 of a container, which here is a namespace of its own.</summary>
public sealed class FirstProcessTests(FlagsServer server)
{
    [Fact]
    public async Task It_passes_signals_on_buries_orphans_and_ends_with_the_job_s_code()
    {
        SkipUnlessRoot();
        string feature = await server.FeatureAsync(), orphans = server.NewPath("orphans");
        // The orphans end while the job looks; none of them stays as a zombie.
        string job = $"""
            trap 'echo got TERM; exit 5' TERM
            echo parent $PPID
            for i in 1 2 3; do (sleep 0.1 & echo $! >> {orphans}); done
            for id in $(cat {orphans}); do while [ -e /proc/$id ]; do sleep 0.05; done; done
            echo buried
            kill -TERM 1
            while :; do sleep 0.1 & wait $!; done
            """;
        await using RunningFlags first = server.Through("unshare", "--pid", "--fork", "--mount-proc", RunningFlags.Program, "run", feature, "--", "bash", "-c", job);
        Assert.Equal("parent 1\nburied\ngot TERM\n", (await first.EndsAsync(5)).Output);
        Assert.Empty(await server.InsideAsync(feature));
    }

    [Fact]
    public async Task It_cannot_die_by_a_signal_there_so_it_says_it_by_its_code()
    {
        SkipUnlessRoot();
        string feature = await server.FeatureAsync();
        await using RunningFlags first = server.Through("unshare", "--pid", "--fork", "--mount-proc", RunningFlags.Program, "run", feature, "--", "sh", "-c", "kill -TERM $$");
        await first.EndsAsync(143);
        Assert.Empty(await server.InsideAsync(feature));
    }

    private static void SkipUnlessRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "a process namespace needs root");
}
