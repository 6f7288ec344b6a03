using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Flags.EndToEnd.Tests;

/// <summary>
/// Ops, pipeline and job on one running system: the server, the deploy script, the shell job and the .NET job are processes of their own, made of
/// README's blocks byte for byte; the page is toggled in a real browser.
/// </summary>
public sealed partial class OneSystemTests(RunningSystem system) : IClassFixture<RunningSystem>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Ops_switch_jobs_off_in_the_browser_a_job_waits_and_a_deploy_lets_it_run()
    {
        await using IBrowserContext ops = await system.Browser.NewContextAsync();
        IPage page = await ops.NewPageAsync();
        await SetUpAsync(page);
        string pipeline = await MintAsync();

        await page.GetByRole(AriaRole.Switch, new() { Name = "jobs_processing" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Switch, new() { Name = "jobs_processing" })).ToHaveAttributeAsync("aria-checked", "false");

        await using RunningProcess shell = ShellJob(pipeline);
        Assert.Equal(0, await shell.ExitAsync(Patience));
        Assert.DoesNotContain("the job ran", shell.Output);

        await using RunningProcess job = system.Job(pipeline);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(job.HasExited, $"the job did not wait:\n{job.Output}");

        await using RunningProcess deploy = Deploy(pipeline, "echo deployed");
        Assert.Equal(0, await deploy.ExitAsync(Patience));
        Assert.Contains("deployed", deploy.Output);
        Assert.Equal(0, await job.ExitAsync(Patience));
        Assert.Contains("The job runs.", job.Output);

        await using RunningProcess again = ShellJob(pipeline);
        Assert.Equal(0, await again.ExitAsync(Patience));
        Assert.Contains("the job ran", again.Output);

        await page.GotoAsync($"{system.Url}/admin/features/jobs_processing");
        await Assertions.Expect(page.Locator("#versions")).ToContainTextAsync("release 42 is over");
        await Assertions.Expect(page.Locator("#versions")).ToContainTextAsync("deploy pipeline (key)");

        await using RunningProcess failed = Deploy(pipeline, "exit 3");
        Assert.Equal(3, await failed.ExitAsync(Patience));
        await using RunningProcess after = ShellJob(pipeline);
        await after.ExitAsync(Patience);
        Assert.Contains("the job ran", after.Output);
    }

    [Fact]
    public void Every_block_of_the_README_is_one_that_these_tests_run()
    {
        string[] run = [RunningSystem.Run, "./test.sh\n", Mint, DeployScript, Check, RunningSystem.DotnetJob];
        Assert.Equal(run.Order(StringComparer.Ordinal), Readme.Blocks().Select(b => b.Code).Order(StringComparer.Ordinal));
        Assert.True(File.GetUnixFileMode(Path.Combine(Readme.Root, "test.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.InRange(Words().Count(Readme.Text), 100, 700);
    }

    private static string Mint => Readme.Block("sh", "/api/v1/keys");

    private static string DeployScript => Readme.Block("sh", "./deploy.sh");

    private static string Check => Readme.Block("sh", "/check");

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

    private RunningProcess Deploy(string key, string deploy)
    {
        Script("deploy.sh", deploy);
        return RunningProcess.Bash("set -e\n" + DeployScript, system.Folder, system.Environment(key));
    }

    private RunningProcess ShellJob(string key)
    {
        Script("job.sh", "echo the job ran");
        return RunningProcess.Bash(Check, system.Folder, system.Environment(key));
    }

    private void Script(string name, string line)
    {
        string path = Path.Combine(system.Folder, name);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{line}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [GeneratedRegex(@"\S+")]
    private static partial Regex Words();
}
