using YamlDotNet.RepresentationModel;

namespace Flags.EndToEnd.Tests;

/// <summary>docs/recipes/github-actions.yml: its steps, run as a runner runs them.</summary>
[Collection(RunningSystem.JobsProcessing)]
public sealed class GitHubActionsTests(RunningSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("echo deployed", true)]
    [InlineData("exit 3", false)]
    public async Task Its_steps_hold_drain_deploy_and_release_also_after_a_failure(string deploy, bool succeeds)
    {
        string key = await system.MintAsync("hold");
        system.Script("deploy.sh", $"curl -s \"$FLAGS_URL/api/v1/features/jobs_processing/check\" -H 'Authorization: Bearer {RunningSystem.SetupKey}'; {deploy}");
        bool failed = false;
        string said = "";
        var environment = new Dictionary<string, string>();
        foreach (YamlMappingNode step in Steps())
        {
            if (failed && !Has(step, "if", "always()"))
                continue;
            await using RunningProcess process = RunningProcess.Bash("set -eo pipefail\n" + step["run"], system.Folder, Environment(key, environment));
            failed |= await process.ExitAsync(Patience) != 0;
            said += process.Output;
            Read(environment);
        }

        Assert.Equal(succeeds, !failed);
        Assert.Contains("urn:flags:problem:held", said, StringComparison.Ordinal);
        using HttpClient admin = system.Admin();
        string hold = await admin.GetStringAsync($"/api/v1/holds/{environment["HOLD_ID"]}");
        Assert.Contains("\"state\":\"released\"", hold, StringComparison.Ordinal);
        Assert.Contains("https://github.example/acme/shop/actions/runs/77", hold, StringComparison.Ordinal);
    }

    private static IEnumerable<YamlMappingNode> Steps()
    {
        var yaml = new YamlStream();
        using var text = new StreamReader(Path.Combine(Readme.Root, "docs", "recipes", "github-actions.yml"));
        yaml.Load(text);
        return ((YamlSequenceNode)yaml.Documents[0].RootNode["jobs"]["deploy"]["steps"]).Children.Cast<YamlMappingNode>();
    }

    private static bool Has(YamlMappingNode step, string name, string value) => step.Children.TryGetValue(name, out YamlNode? node) && node.ToString() == value;

    private Dictionary<string, string> Environment(string key, Dictionary<string, string> own) => new(system.Environment(key).Concat(own))
    {
        ["HOLD"] = $"{system.Url}/api/v1/holds",
        ["GITHUB_ENV"] = Path.Combine(system.Folder, "github.env"),
        ["GITHUB_RUN_NUMBER"] = "12",
        ["GITHUB_RUN_ID"] = "77",
        ["GITHUB_REPOSITORY"] = "acme/shop",
        ["GITHUB_SERVER_URL"] = "https://github.example",
    };

    private void Read(Dictionary<string, string> environment)
    {
        foreach (string[] pair in File.ReadLines(Path.Combine(system.Folder, "github.env")).Select(line => line.Split('=', 2)))
            environment[pair[0]] = pair[1];
    }
}
