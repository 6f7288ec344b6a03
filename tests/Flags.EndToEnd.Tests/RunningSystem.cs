using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Flags.Testing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Flags.EndToEnd.Tests.RunningSystem))]

namespace Flags.EndToEnd.Tests;

/// <summary>The server as README starts it, with its embedded PostgreSQL, in a process of its own; a browser; the .NET job, built from README.</summary>
public sealed partial class RunningSystem : IAsyncLifetime
{
    /// <summary>The tests that use that feature, which is the one README and the recipes name: one after the other.</summary>
    public const string JobsProcessing = "jobs_processing";

    public const string SetupKey = "end-to-end-setup-key-0123456789-0123456789";

    private RunningProcess server = null!;
    private IPlaywright playwright = null!;

    internal static string Run => Readme.Block("sh", "dotnet run");

    internal static string DotnetJob => Readme.Block("csharp", "FlagsClient");

    public string Folder { get; } = Directory.CreateTempSubdirectory("flags-e2e-").FullName;

    /// <summary>As the link says it, which the server prints.</summary>
    public string Url => new Uri(SetupLink).GetLeftPart(UriPartial.Authority);

    public string SetupLink { get; private set; } = "";

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var environment = new Dictionary<string, string>
        {
            // In the repository's own ignored folder: as root, PostgreSQL runs as somebody who may not enter a private temporary one.
            ["Flags__DataDir"] = DataDir,
            ["Flags__Setup__AdminKey"] = SetupKey,
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            // A busy machine is no outage.
            ["Flags__ReadPatience"] = Eventually.Deadline.ToString(),
        };
        server = RunningProcess.Bash(Run, Readme.Root, environment);
        await BuildJobAsync();
        string said = await server.SaysAsync("/admin/setup#", TimeSpan.FromSeconds(120));
        SetupLink = Link().Match(said).Value;
        // Head-room for a busy machine.
        Assertions.SetDefaultExpectTimeout((float)Eventually.Deadline.TotalMilliseconds);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium(), Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright.Dispose();
        int[] postgres = Postmasters();
        await server.TerminateAsync(TimeSpan.FromSeconds(30));
        await server.DisposeAsync();
        // The server waits some seconds for it, and ends without it on a busy machine.
        foreach (int id in postgres)
            await Eventually.TrueAsync(() => !RunningProcess.Runs(id), "PostgreSQL has ended");
        Directory.Delete(Folder, recursive: true);
        Directory.Delete(DataDir, recursive: true);
    }

    internal Dictionary<string, string> Environment(string key) => new()
    {
        ["FLAGS_URL"] = Url,
        ["FLAGS_API_KEY"] = key,
        // The machine may be busy with other tests.
        ["FLAGS_TIMEOUT"] = "20s",
        ["PATH"] = $"{Path.Combine(Readme.Root, "Flags.Cli", "bin", "Debug", "net10.0")}:{System.Environment.GetEnvironmentVariable("PATH")}",
    };

    /// <summary>REST with the bootstrap key.</summary>
    internal HttpClient Admin()
    {
        var http = new HttpClient { BaseAddress = new Uri(Url) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", SetupKey);
        return http;
    }

    /// <summary>A new key.</summary>
    internal async Task<string> MintAsync(params string[] permissions)
    {
        using HttpClient admin = Admin();
        using HttpResponseMessage answer = await admin.PostAsJsonAsync("/api/v1/keys", new { name = "recipe " + Guid.NewGuid().ToString("N")[..8], permissions });
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }

    /// <summary>A feature that is on.</summary>
    internal async Task OpenAsync(string feature)
    {
        using HttpClient admin = Admin();
        using HttpResponseMessage answer = await admin.PostAsJsonAsync("/api/v1/features", new { name = feature, enabled = true });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A script that can be run.</summary>
    internal string Script(string name, string lines)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{lines}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    internal RunningProcess Job(string key) => RunningProcess.Bash($"exec dotnet {Path.Combine(Folder, "job", "out", "job.dll")}", Folder, Environment(key));

    /// <summary>The process of the embedded PostgreSQL, as its own file says.</summary>
    private int[] Postmasters() =>
        [.. Directory.EnumerateFiles(DataDir, "postmaster.pid", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 }).Select(file => int.Parse(File.ReadLines(file).First()))];

    private string DataDir => Path.Combine(Path.GetTempPath(), Path.GetFileName(Folder) + "-data");

    /// <summary>README's program as a project that refers to the built SDK, as a reader would make it.</summary>
    private async Task BuildJobAsync()
    {
        string folder = Path.Combine(Folder, "job");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), DotnetJob);
        await File.WriteAllTextAsync(Path.Combine(folder, "job.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
              <ItemGroup><Reference Include="{Path.Combine(AppContext.BaseDirectory, "Flags.Client.dll")}" /><Reference Include="{Path.Combine(AppContext.BaseDirectory, "Flags.Core.dll")}" /></ItemGroup>
              <ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" /></ItemGroup>
            </Project>
            """);
        await using RunningProcess build = RunningProcess.Bash("dotnet build -o out", folder, new Dictionary<string, string>());
        Assert.True(await build.ExitAsync(TimeSpan.FromSeconds(120)) == 0, build.Output);
    }

    private static string Chromium() =>
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("No Chromium was found; ./test.sh installs it, or says how.");

    [GeneratedRegex(@"http://\S+/admin/setup#\w+")]
    private static partial Regex Link();
}
