using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Flags.EndToEnd.Tests;

/// <summary>The configuration examples of docs/recipes: they parse, and what makes a deploy safe is in them.</summary>
public sealed class ConfigurationTests
{
    private static readonly string[] Health = ["flags", "health", "--file", "/tmp/ready", "--max-age", "20s"];

    [Fact]
    public void Compose_checks_the_ready_file_and_waits_longer_than_a_worker_shuts_down()
    {
        YamlNode services = Yaml("workers/compose-blue-green.yml")["services"];
        YamlNode blue = services["worker-blue"];
        Assert.Equal(Health.Prepend("CMD"), Words(blue["healthcheck"]["test"]));
        Assert.Equal("30s", blue["stop_grace_period"].ToString());
        // One worker twice: an alias of the whole, nothing of its own.
        Assert.Equal(["<<"], ((YamlMappingNode)services["worker-green"]).Children.Keys.Select(key => key.ToString()));
        Assert.Same(blue, services["worker-green"]["<<"]);
        Assert.Equal("/tmp/ready", blue["environment"]["FLAGS_READY_FILE"].ToString());
    }

    [Fact]
    public void Kubernetes_replaces_only_pods_that_are_ready_and_gives_them_time()
    {
        YamlNode spec = Yaml("workers/kubernetes.yml")["spec"];
        Assert.Equal("0", spec["strategy"]["rollingUpdate"]["maxUnavailable"].ToString());
        YamlNode pod = spec["template"]["spec"], container = pod["containers"][0];
        Assert.Equal(Health, Words(container["readinessProbe"]["exec"]["command"]));
        Assert.Equal(Health, Words(container["startupProbe"]["exec"]["command"]));
        // A quiet worker has no file and must not be restarted for it.
        Assert.False(((YamlMappingNode)container).Children.ContainsKey("livenessProbe"));
        Assert.True(int.Parse(pod["terminationGracePeriodSeconds"].ToString()) > 300);
        Assert.NotEmpty(Words(container["lifecycle"]["preStop"]["exec"]["command"]));
    }

    [Fact]
    public void A_task_of_ECS_has_a_health_check_and_a_stop_timeout()
    {
        using JsonDocument task = JsonDocument.Parse(File.ReadAllText(Path("workers/ecs-task-definition.json")));
        JsonElement container = task.RootElement.GetProperty("containerDefinitions")[0];
        Assert.Equal(Health.Prepend("CMD"), container.GetProperty("healthCheck").GetProperty("command").EnumerateArray().Select(word => word.GetString()!));
        // What ECS allows: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
        Assert.InRange(container.GetProperty("stopTimeout").GetInt32(), 30, 120);
        Assert.InRange(container.GetProperty("healthCheck").GetProperty("startPeriod").GetInt32(), 0, 300);
        Assert.InRange(container.GetProperty("healthCheck").GetProperty("interval").GetInt32(), 5, 300);
    }

    [Fact]
    public async Task GitLabs_script_is_a_deploy_that_flags_understands()
    {
        YamlNode deploy = Yaml("gitlab-ci.yml")["deploy"];
        Assert.Equal("75", deploy["retry"]["exit_codes"][0].ToString());
        string script = Words(deploy["script"]).Single();
        // As the runner does, with a command that prints what it was given.
        await using RunningProcess run = RunningProcess.Bash($"flags() {{ printf '%s|' \"$@\"; }}; CI_PIPELINE_IID=7 CI_PIPELINE_URL=https://gitlab.example/7; {script}", AppContext.BaseDirectory, new Dictionary<string, string>());
        Assert.Equal(0, await run.ExitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal("deploy|--hold|jobs_processing|--reason|pipeline 7|--url|https://gitlab.example/7|--drain|10m|--|./deploy.sh|", run.Output.Trim());
    }

    [Fact]
    public async Task Systemd_takes_the_units()
    {
        string service = File.ReadAllText(Path("systemd/nightly-report.service"));
        Assert.Contains("ExecStart=/usr/local/bin/flags run jobs_processing ", service, StringComparison.Ordinal);
        Assert.Contains("SuccessExitStatus=75", service, StringComparison.Ordinal);
        await using RunningProcess verify = RunningProcess.Bash("command -v systemd-analyze > /dev/null || exit 3; systemd-analyze verify --man=no *.service *.timer", Path("systemd"), new Dictionary<string, string>());
        int code = await verify.ExitAsync(TimeSpan.FromSeconds(30));
        Assert.SkipWhen(code == 3, "systemd-analyze is not installed: the units were only read.");
        // Programs of the example are not on this machine; everything else must be right.
        string[] complaints = [.. verify.Output.Split('\n').Where(line => line.Contains("nightly-report", StringComparison.Ordinal) && !line.Contains("is not executable", StringComparison.Ordinal))];
        Assert.True(complaints.Length == 0, string.Join('\n', complaints));
    }

    private static string Path(string name) => System.IO.Path.Combine(Readme.Root, "docs", "recipes", name);

    private static YamlNode Yaml(string name)
    {
        var yaml = new YamlStream();
        using var text = new StreamReader(Path(name));
        yaml.Load(text);
        return yaml.Documents.Single().RootNode;
    }

    private static IEnumerable<string> Words(YamlNode list) => ((YamlSequenceNode)list).Select(word => word.ToString());
}
