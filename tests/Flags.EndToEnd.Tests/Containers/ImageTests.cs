using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Flags.EndToEnd.Tests;

/// <summary>The Dockerfile and the switch it asks for health with.</summary>
public sealed partial class ImageTests(RunningSystem system)
{
    private static readonly string Dockerfile = File.ReadAllText(Path.Combine(Readme.Root, "Dockerfile"));

    [Fact]
    public void It_builds_what_the_server_refers_to_and_nothing_else()
    {
        string[] copied = [.. Copied().Matches(Dockerfile).Select(m => m.Groups[1].Value).Order()];
        Assert.Equal(Projects("Flags.Api").Concat(Projects("Flags.Cli")).Distinct().Order(), copied);
        Assert.All(copied, project => Assert.Contains($"COPY {project} {project}\n", Dockerfile, StringComparison.Ordinal));
        string[] files = [.. Files().Match(Dockerfile).Groups[1].Value.Split(' ')];
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(Readme.Root, file)), file));
    }

    [Fact]
    public void It_runs_as_a_number_that_is_not_root_and_asks_for_its_health()
    {
        string last = Dockerfile[Dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        Assert.Matches(@"\nUSER [1-9]\d{3,}\n", last);
        Assert.Contains("""CMD ["dotnet", "Flags.Api.dll", "--healthcheck"]""", last, StringComparison.Ordinal);
        Assert.Contains("""ENTRYPOINT ["dotnet", "Flags.Api.dll"]""", last, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?i)(password|secret|key)\s*=", Dockerfile);
    }

    [Theory]
    [InlineData(true, 0, "ready")]
    [InlineData(false, 1, "does not answer")]
    public async Task The_switch_says_whether_the_server_is_ready(bool running, int code, string said)
    {
        var environment = new Dictionary<string, string> { ["ASPNETCORE_URLS"] = running ? system.Url.Replace("127.0.0.1", "*", StringComparison.Ordinal) : "http://127.0.0.1:1", ["Flags__HealthPatience"] = "20s" };
        string server = Path.Combine(Readme.Root, "Flags.Api", "bin", "Debug", "net10.0", "Flags.Api.dll");
        await using RunningProcess check = RunningProcess.Bash($"exec dotnet '{server}' --healthcheck", system.Folder, environment);
        Assert.Equal(code, await check.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(said, check.Output, StringComparison.Ordinal);
    }

    /// <summary>A project and all it refers to; none for one that is not there.</summary>
    private static IEnumerable<string> Projects(string name)
    {
        string file = Path.Combine(Readme.Root, name, name + ".csproj");
        if (!File.Exists(file))
            return [];
        IEnumerable<string> references = XDocument.Load(file).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
        return references.SelectMany(Projects).Prepend(name).Distinct();
    }

    [GeneratedRegex(@"^COPY (\S+)/\1\.csproj \1/$", RegexOptions.Multiline)]
    private static partial Regex Copied();

    [GeneratedRegex(@"^COPY (.*) \./$", RegexOptions.Multiline)]
    private static partial Regex Files();
}
