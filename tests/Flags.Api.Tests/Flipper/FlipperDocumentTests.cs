using System.Diagnostics;
using System.Text.Json;
using Flags.Core;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>The blocks of docs/flipper.md.</summary>
public sealed class FlipperDocumentTests(Wired wired) : IClassFixture<Wired>
{
    private const string Document = "flipper.md";

    [Fact]
    public async Task The_three_lines_bring_the_features_of_a_running_Flipper_over()
    {
        await using TestServer flipper = await TestServer.StartAsync();
        await flipper.Http.PostAsync("/flipper/features/from_flipper/actors?flipper_id=User;1", null);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("flags-flipper-");
        (int code, string output) = await RunAsync(folder.FullName, "sh", ["-c", NodeProgram.Block(Document, "sh", "$FLIPPER_URL")],
            ("FLIPPER_URL", $"http://any:{TestServer.AdminKey}@{flipper.Address.Authority}/flipper"), ("FLAGS_URL", wired.Server.Address.ToString().TrimEnd('/')), ("FLAGS_API_KEY", TestServer.AdminKey));
        folder.Delete(recursive: true);
        Assert.True(code == 0, output);
        ImportAnswer[] answers = [.. output.Replace("}{", "}\n{", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize(line, FlagsJson.Default.ImportAnswer)!)];
        Assert.Equal([true, false], answers.Select(answer => answer.DryRun));
        Assert.All(answers, answer => Assert.Contains(answer.Created, feature => feature.Name == "from_flipper"));
        Assert.Contains("User;1", (await wired.FlipperAsync("GET", "/features/from_flipper")).Body);
    }

    [Theory]
    [InlineData("Adapters::Http.new(url: \"#{ENV.fetch(\"FLAGS_URL\")}/flipper\", headers: { \"Authorization\" => \"Bearer #{ENV.fetch(\"FLAGS_API_KEY\")}\" }) }")]
    [InlineData("Adapters::Poll")]
    [InlineData("Adapters::DualWrite")]
    public async Task The_Ruby_blocks_are_Ruby(string containing)
    {
        if (!OnPath("ruby"))
            Assert.Skip("Ruby is not installed: run ./test.sh, or apt install ruby");
        (int code, string output) = await RunAsync(Path.GetTempPath(), "ruby", ["-wc", "-e", NodeProgram.Block(Document, "ruby", containing)]);
        Assert.True(code == 0, output);
    }

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task<(int Code, string Output)> RunAsync(string folder, string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Eventually.Deadline);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await errors);
    }
}
