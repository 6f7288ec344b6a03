namespace Flags.EndToEnd.Tests;

/// <summary>README's second way: the image is built and compose.yaml runs with it.</summary>
public sealed class ContainerTests(ITestOutputHelper output)
{
    private const string Variable = "FLAGS_LONG";

    [Fact]
    public async Task Compose_brings_up_a_server_that_is_ready_not_root_and_stops_gracefully()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Variable) == "1", $"builds an image, some minutes: ./test.sh --long ({Variable}=1)");
        string script = Path.Combine(Readme.Root, "tests", "Flags.EndToEnd.Tests", "Containers", "try.sh");
        await using RunningProcess run = RunningProcess.Bash($"exec '{script}'", Readme.Root, new Dictionary<string, string>());
        int code = await run.ExitAsync(TimeSpan.FromMinutes(30));
        output.WriteLine(run.Output);
        Assert.True(code == 0, run.Output);
        Assert.EndsWith("OK\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void README_makes_the_secret_that_compose_reads()
    {
        Assert.Equal("mkdir -m 700 secrets && openssl rand -hex 24 > secrets/postgres-password\ndocker compose up\n", OneSystemTests.Compose);
        string head = string.Concat(File.ReadLines(Path.Combine(Readme.Root, "compose.yaml")).Take(2).Select(line => line[2..] + "\n"));
        Assert.Equal(OneSystemTests.Compose, head);
    }
}
