using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>Node with the official packages, running a block of the documentation and then what a test wants to know.</summary>
public sealed partial class NodeProgram : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private NodeProgram(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    public static string Folder { get; } = Path.GetDirectoryName(Here())!;

    /// <summary>Skips the test where there is no Node or no package, and says how to get them.</summary>
    public static NodeProgram Start(string code, params (string Name, string Value)[] environment)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            Assert.Skip("OpenFeature's npm packages are not installed: run ./test.sh, or npm ci in tests/Flags.Api.Tests/Node");
        var start = new ProcessStartInfo("node", ["--input-type=module", "--eval", code]) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return new NodeProgram(Process.Start(start)!);
    }

    /// <summary>The block of a document that contains a text, byte for byte.</summary>
    public static string Block(string document, string language, string containing) =>
        Fence().Matches(File.ReadAllText(Path.Combine(Folder, "..", "..", "..", "docs", document)))
            .Single(match => match.Groups[1].Value == language && match.Groups[2].Value.Contains(containing, StringComparison.Ordinal)).Groups[2].Value;

    public static string Harness(string file) => File.ReadAllText(Path.Combine(Folder, file));

    /// <summary>The answer to a question; a change that is told before it is only news.</summary>
    public async Task<JsonElement> AskAsync(object question)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question));
        while (true)
        {
            JsonElement line = await NextAsync();
            if (!line.TryGetProperty("changed", out _))
                return line;
        }
    }

    /// <summary>The next line it prints.</summary>
    public async Task<JsonElement> NextAsync()
    {
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Deadline);
        if (line is null)
            Assert.Fail($"Node ended: {await errors}");
        return JsonDocument.Parse(line!).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
