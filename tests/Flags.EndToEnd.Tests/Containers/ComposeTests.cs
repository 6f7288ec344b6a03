using YamlDotNet.RepresentationModel;

namespace Flags.EndToEnd.Tests;

/// <summary>compose.yaml: what it must have, and what it must not.</summary>
public sealed class ComposeTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Readme.Root, "compose.yaml"));

    private static readonly YamlMappingNode Root = Load();

    [Fact]
    public void Old_and_new_compose_take_it()
    {
        // docker-compose 1.29 refuses a top-level name, the new one warns of a version.
        Assert.Equal(["services", "secrets", "volumes"], Root.Children.Keys.Select(k => k.ToString()));
    }

    [Fact]
    public void Ports_are_for_this_machine_only_and_secrets_are_files()
    {
        foreach ((YamlNode name, YamlNode service) in ((YamlMappingNode)Root["services"]).Children)
        {
            var map = (YamlMappingNode)service;
            if (map.Children.TryGetValue("ports", out YamlNode? ports))
                Assert.All((YamlSequenceNode)ports, port => Assert.StartsWith("127.0.0.1:", port.ToString(), StringComparison.Ordinal));
            foreach ((YamlNode key, YamlNode value) in ((YamlMappingNode)map["environment"]).Children)
                Assert.False(key.ToString().EndsWith("PASSWORD", StringComparison.OrdinalIgnoreCase) || value.ToString().Contains("Password=", StringComparison.OrdinalIgnoreCase), $"{name}: {key}");
        }

        Assert.Equal("./secrets/postgres-password", Root["secrets"]["postgres-password"]["file"].ToString());
        Assert.Contains("secrets/", File.ReadAllLines(Path.Combine(Readme.Root, ".gitignore")));
    }

    [Fact]
    public void The_server_waits_for_a_healthy_database_and_cannot_change_itself()
    {
        YamlNode flags = Root["services"]["flags"], postgres = Root["services"]["postgres"];
        Assert.Equal("service_healthy", flags["depends_on"]["postgres"]["condition"].ToString());
        Assert.Equal("pg_isready", postgres["healthcheck"]["test"][1].ToString());
        Assert.Equal("true", flags["read_only"].ToString());
        Assert.Equal("ALL", flags["cap_drop"][0].ToString());
        Assert.Equal("Flags__DatabasePassword", flags["secrets"][0]["target"].ToString());
    }

    private static YamlMappingNode Load()
    {
        var yaml = new YamlStream();
        using var text = new StringReader(Text);
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }
}
