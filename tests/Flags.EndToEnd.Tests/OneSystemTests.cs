using System.Text.Json;
using System.Text.RegularExpressions;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.EndToEnd.Tests;

/// <summary>
/// Ops, pipeline and job on one running system: the server, the deploy script, the shell job and the .NET job are processes of their own, made of
/// README's blocks byte for byte; the page is toggled in a real browser.
/// </summary>
[Collection(RunningSystem.JobsProcessing)]
public sealed partial class OneSystemTests(RunningSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Ops_switch_jobs_off_in_the_browser_jobs_wait_and_run_when_they_are_on_again()
    {
        await using IBrowserContext ops = await system.Browser.NewContextAsync();
        IPage page = await ops.NewPageAsync();
        await SetUpAsync(page);
        string pipeline = await MintAsync();

        ILocator jobs = page.GetByRole(AriaRole.Switch, new() { Name = "jobs_processing" });
        await jobs.ClickAsync();
        await Assertions.Expect(jobs).ToHaveAttributeAsync("aria-checked", "false");
        await using RunningProcess shell = ShellJob(pipeline, "echo the job ran");
        await using RunningProcess job = system.Job(pipeline);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(shell.HasExited || job.HasExited, $"a job did not wait:\n{shell.Output}{job.Output}");
        await jobs.ClickAsync();
        Assert.Equal(0, await shell.ExitAsync(Patience));
        Assert.Contains("the job ran", shell.Output);
        Assert.Equal(0, await job.ExitAsync(Patience));
        Assert.Contains("The job runs.", job.Output);
    }

    [Theory]
    [InlineData("curl")]
    [InlineData("flags")]
    public async Task A_deploy_waits_for_a_running_job_is_seen_by_all_and_lets_jobs_run_again_though_it_fails(string way)
    {
        string pipeline = await MintAsync();
        string log = Path.Combine(system.Folder, "order-" + way), go = Path.Combine(system.Folder, "go-" + way);
        await using RunningProcess running = ShellJob(pipeline, $"echo in >> {log}; while [ ! -e {go} ]; do sleep 0.1; done; echo out >> {log}");
        await Eventually.TrueAsync(() => File.Exists(log), "the job is inside");

        await using RunningProcess deploy = Deploy(way == "curl" ? DeployScript : FlagsDeploy, pipeline, $"echo deployed >> {log}; exit 3");
        using HttpClient admin = system.Admin();
        await Eventually.TrueAsync(async () => (await admin.GetStringAsync("/api/v1/holds?active=true")).Contains("release 42", StringComparison.Ordinal), "the deploy holds");
        await using RunningProcess next = ShellJob(pipeline, $"echo in >> {log}");
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(deploy.HasExited || next.HasExited, $"somebody did not wait:\n{deploy.Output}{next.Output}");
        await File.WriteAllTextAsync(go, "");

        Assert.Equal(3, await deploy.ExitAsync(Patience));
        Assert.Equal(0, await running.ExitAsync(Patience));
        Assert.Equal(0, await next.ExitAsync(Patience));
        Assert.Equal(["in", "out", "deployed", "in"], await File.ReadAllLinesAsync(log));
    }

    [Fact]
    public void Every_block_of_the_README_is_one_that_these_tests_run()
    {
        // The containers are tried by a long test: ContainerTests.
        string[] run = [RunningSystem.Run, Compose, Mint, DeployScript, FlagsRun, FlagsDeploy, RunningSystem.DotnetJob];
        Assert.Equal(run.Order(StringComparer.Ordinal), Readme.Blocks().Select(b => b.Code).Order(StringComparer.Ordinal));
        Assert.True(File.GetUnixFileMode(Path.Combine(Readme.Root, "test.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.InRange(Words().Count(Readme.Text), 100, 700);
    }

    private static string Mint => Readme.Block("sh", "/api/v1/keys");

    private static string DeployScript => Readme.Block("sh", "/drained");

    private static string FlagsRun => Readme.Block("sh", "flags run");

    private static string FlagsDeploy => Readme.Block("sh", "flags deploy");

    internal static string Compose => Readme.Block("sh", "docker compose up");

    private async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync(system.SetupLink);
        await page.FillAsync("#name", "Ops");
        await page.FillAsync("#email", "ops@example.org");
        await page.FillAsync("#passphrase", "a passphrase of several words");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Go to features" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Switch, new() { Name = "jobs_processing" })).ToHaveAttributeAsync("aria-checked", "true");
    }

    private async Task<string> MintAsync()
    {
        await using RunningProcess mint = RunningProcess.Bash(Mint, system.Folder, new Dictionary<string, string> { ["FLAGS_URL"] = system.Url, ["FLAGS_SETUP_KEY"] = RunningSystem.SetupKey });
        Assert.Equal(0, await mint.ExitAsync(Patience));
        return JsonDocument.Parse(mint.Output).RootElement.GetProperty("key").GetString()!;
    }

    private RunningProcess Deploy(string script, string key, string deploy)
    {
        system.Script("deploy.sh", deploy);
        return RunningProcess.Bash("set -e\n" + script, system.Folder, system.Environment(key));
    }

    private RunningProcess ShellJob(string key, string job)
    {
        system.Script("job.sh", job);
        return RunningProcess.Bash(FlagsRun, system.Folder, system.Environment(key));
    }

    [GeneratedRegex(@"\S+")]
    private static partial Regex Words();
}
