using System.Globalization;
using System.Text.RegularExpressions;
using Flags.Core;
using Flags.Testing;

namespace Flags.Cli.Tests;

/// <summary>On a pseudo-terminal, which <c>script</c> of util-linux makes.</summary>
public sealed partial class TerminalTests(FlagsServer server)
{
    [Fact]
    public async Task A_live_line_says_who_holds_and_how_long_it_waits_and_is_gone_afterwards()
    {
        string feature = await server.FeatureAsync();
        PlacedHold hold = await server.HoldAsync(feature);
        await using RunningFlags script = Script($"stty cols 300; flags run {feature} -- echo ran");
        // Which seconds are drawn is the clock's choice: a line drawn at 0.9 and 2.0 s skips one.
        await script.SaysAsync(new Regex($"\r\x1b\\[Kwaiting [1-9][0-9]*s of 30m for {feature}: held by another deploy \\(somebody's release\\) since "));
        await server.Api.ReleaseHoldAsync(hold.Id);
        await EndsAsync(script, 0);
        Assert.Contains("ran", Screen(script.Output));
        Assert.Equal(2, Screen(script.Output).Count(line => line.StartsWith("flags:", StringComparison.Ordinal)));
        Assert.DoesNotContain(Screen(script.Output), line => line.StartsWith("waiting ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bar_shows_how_many_have_left()
    {
        string feature = await server.FeatureAsync(), go = server.NewPath("go");
        await using RunningFlags quick = server.Run("run", feature, "--holder", "quick", "--", "sh", "-c", $"while [ ! -e {go} ]; do sleep 0.1; done");
        await using RunningFlags slow = server.Run("run", feature, "--holder", "slow", "--", "sh", "-c", $"while [ ! -e {go}-2 ]; do sleep 0.1; done");
        await server.IsInsideAsync(feature, 2);
        await using RunningFlags deploy = Script($"stty cols 300; NO_COLOR=1 flags deploy --hold {feature} -- echo deployed");
        await deploy.SaysAsync($"draining {feature} [--------------------] 0 of 2 left, ");
        await File.WriteAllTextAsync(go, "");
        await deploy.SaysAsync("[##########----------] 1 of 2 left, slow (");
        await File.WriteAllTextAsync(go + "-2", "");
        await EndsAsync(deploy, 0);
        Assert.DoesNotContain("\x1b[3", deploy.Output, StringComparison.Ordinal);
        Assert.Contains("deployed", Screen(deploy.Output));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("NO_COLOR=1 ", false)]
    [InlineData("TERM=dumb ", false)]
    public async Task Errors_have_a_colour_where_that_is_wanted(string variable, bool coloured)
    {
        await using RunningFlags script = Script($"{variable}flags nonsense");
        await EndsAsync(script, 64);
        Assert.Equal(coloured, script.Output.Contains("\x1b[31mflags: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_reads_from_the_terminal_and_gets_its_keys()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags script = Script($"flags run {feature} -- bash -c 'trap \"echo got INT; exit 9\" INT; echo ready; read -r x; echo \"got $x\"; read -r y'");
        await script.SaysAsync("ready");
        await script.TypeAsync("hello\n");
        await script.SaysAsync("got hello");
        await script.TypeAsync("\x03");
        await EndsAsync(script, 9);
        Assert.Contains("got INT", script.Output, StringComparison.Ordinal);
        Assert.Empty(await server.InsideAsync(feature));
    }

    [Fact]
    public async Task A_job_in_a_pipeline_leaves_the_terminal_to_its_neighbours_until_it_asks()
    {
        string feature = await server.FeatureAsync();
        // Its input is the terminal, its output is not.
        await using RunningFlags script = Script($"{{ flags run {feature} -- bash -c 'echo ready >&2; read -r x; echo got $x; exit 7'; echo \"ended with $?\"; }} | cat");
        await script.SaysAsync("ready");
        await script.TypeAsync("hello\n");
        await EndsAsync(script, 0);
        Assert.Contains("got hello", Screen(script.Output));
        Assert.Contains("ended with 7", Screen(script.Output));
    }

    [Fact]
    public async Task A_stopped_job_goes_on_in_the_foreground_and_the_shell_gets_its_terminal_back()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags shell = server.Through("script", "-qefc", "bash --norc --noprofile -i", "/dev/null");
        await shell.TypeAsync($"PS1='$ '; flags run {feature} -- bash -c 'echo rea\"\"dy; read -r x; echo \"got $x\"'\n");
        await shell.SaysAsync("ready");
        await shell.TypeAsync("\x1a");
        await shell.SaysAsync("Stopped");
        await shell.TypeAsync("echo the shell ans\"\"wers; fg\n");
        await shell.SaysAsync("the shell answers");
        await shell.TypeAsync("hello\n");
        await shell.SaysAsync("got hello");
        await shell.TypeAsync("echo end of the ses\"\"sion; exit 5\n");
        await shell.SaysAsync("end of the session");
        await shell.EndsAsync(5);
    }

    [Fact]
    public async Task A_job_in_a_pipeline_stops_with_its_neighbours()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags shell = server.Through("script", "-qefc", "bash --norc --noprofile -i", "/dev/null");
        // It does not have the terminal, so Ctrl-Z reaches the wrapper alone.
        await shell.TypeAsync($"PS1='$ '; flags run {feature} -- bash -c 'echo job$$; exec sleep 1000' | cat\n");
        await shell.SaysAsync(JobNumber());
        int job = int.Parse(JobNumber().Match(shell.Output).Groups[1].Value, CultureInfo.InvariantCulture);
        await shell.TypeAsync("\x1a");
        await shell.SaysAsync("Stopped");
        await Paused.AllOfItAsync(job);
        await shell.TypeAsync("fg\n");
        await Eventually.TrueAsync(() => !Paused.Is(job), "the job goes on");
        await shell.TypeAsync("\x03");
        await server.IsInsideAsync(feature, 0);
        await shell.TypeAsync("exit 5\n");
        await shell.EndsAsync(5);
    }

    [Fact]
    public async Task Without_a_shell_to_go_on_from_ctrl_z_stops_nothing()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags script = Script($"flags run {feature} -- bash -c 'echo ready; read -r x; echo \"got $x\"'");
        await script.SaysAsync("ready");
        await script.TypeAsync("\x1a");
        await script.SaysAsync("^Z");
        await script.TypeAsync("hello\n");
        await script.SaysAsync("got hello");
        await EndsAsync(script, 0);
    }

    /// <summary>The commands of a shell, which has not ended before <see cref="EndsAsync"/>: <c>script</c> does not wait for what a terminal still has to say when it has.</summary>
    private RunningFlags Script(string commands) => server.Through("script", "-qefc", $"{commands}; code=$?; echo that was all; read -r end; exit $code", "/dev/null");

    private static async Task EndsAsync(RunningFlags script, int code)
    {
        await script.SaysAsync("that was all\r\n");
        await script.TypeAsync("\n");
        await script.EndsAsync(code);
    }

    /// <summary>What stays on the screen.</summary>
    private static IReadOnlyList<string> Screen(string output) => [.. Erased().Replace(output, "").Split("\r\n").Select(line => Colour().Replace(line, ""))];

    [GeneratedRegex("job([0-9]+)\r\n")]
    private static partial Regex JobNumber();

    [GeneratedRegex("[^\n]*\r\x1b\\[K")]
    private static partial Regex Erased();

    [GeneratedRegex("\x1b\\[[0-9]*m")]
    private static partial Regex Colour();
}
